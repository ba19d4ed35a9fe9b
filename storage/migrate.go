package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"patchbay/engine"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

const migrationsDir = "migrations/sqlite"

// migrate brings the schema up to what this program knows. It asks goose only when
// something is to be done, because a start must be quick. A database written by a
// newer program is refused.
func migrate(ctx context.Context, pool *sql.DB) error {
	newest, err := newestMigration()
	if err != nil {
		return err
	}
	have, err := schemaVersion(ctx, pool)
	if err != nil {
		return err
	}
	if have > newest {
		return &engine.Error{Kind: engine.KindUnsupported, Message: fmt.Sprintf(
			"The database was written by a newer version of patchbay (schema %d, this one knows %d); install that version.", have, newest)}
	}
	if have == newest {
		return nil
	}
	dir, err := fs.Sub(migrations, migrationsDir)
	if err != nil {
		return fmt.Errorf("find migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, pool, dir)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate database: %w", translate(err))
	}
	return nil
}

// newestMigration is the highest number among the embedded files.
func newestMigration() (int64, error) {
	files, err := fs.ReadDir(migrations, migrationsDir)
	if err != nil {
		return 0, fmt.Errorf("list migrations: %w", err)
	}
	var newest int64
	for _, f := range files {
		number, _, _ := strings.Cut(path.Base(f.Name()), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("number of migration %s: %w", f.Name(), err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}

// schemaVersion is the last migration that was applied, 0 for an empty file.
func schemaVersion(ctx context.Context, pool *sql.DB) (int64, error) {
	var tables int
	err := pool.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = ?`, goose.DefaultTablename).Scan(&tables)
	if err != nil {
		return 0, fmt.Errorf("look at schema: %w", translate(err))
	}
	if tables == 0 {
		return 0, nil
	}
	var version int64
	err = pool.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM `+goose.DefaultTablename+` WHERE is_applied`).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", translate(err))
	}
	return version, nil
}
