package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
)

// backupOperation streams a backup. It is a plain handler: huma would hold the
// whole answer in memory.
func (m *mount) backupOperation() {
	op := operation{
		id: "downloadBackup", method: http.MethodGet, path: "/backup", tag: "maintenance",
		summary: "Download a consistent copy of the database, without the key", need: engine.RoleAdmin, audit: "backup.download", own: true,
	}
	m.addPlain(op, "application/vnd.sqlite3", m.downloadBackup(op))
}

// addPlain registers a handler outside huma, and documents it.
func (m *mount) addPlain(op operation, contentType string, handle fiber.Handler) {
	m.routes = append(m.routes, op)
	described := m.describe(op)
	described.Responses["200"] = &huma.Response{
		Description: http.StatusText(http.StatusOK),
		Content:     map[string]*huma.MediaType{contentType: {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	m.huma.OpenAPI().AddOperation(&described)
	m.app.Add(op.method, prefix+op.path, handle)
}

func (m *mount) downloadBackup(op operation) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), time.Hour)
		defer cancel()
		who, err := m.admit(ctx, c, op)
		if err != nil {
			return err
		}
		ctx = context.WithValue(ctx, callerKey{}, who)
		about(ctx, "database", "")
		copied, size, err := m.snapshot(ctx)
		if err != nil {
			return err
		}
		m.record(ctx, op)
		c.Set(fiber.HeaderContentType, "application/vnd.sqlite3")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="patchbay-`+m.Now().UTC().Format("20060102-150405")+`.db"`)
		return c.SendStream(copied, int(size))
	}
}

// scratchPrefix begins the name of a folder that is there for a moment; a number follows.
const scratchPrefix = "patchbay-scratch-"

// MakeScratch makes a folder for a moment within another, "" for the system's. Whoever
// makes it removes it.
func MakeScratch(within string) (string, error) {
	dir, err := os.MkdirTemp(within, scratchPrefix) // 0700
	if err != nil {
		return "", fmt.Errorf("make a folder for a moment: %w", err)
	}
	return dir, nil
}

// ClearScratch removes what a program left behind which was killed. Nobody may be at
// work on the folder.
func ClearScratch(scratch string) error {
	entries, err := os.ReadDir(scratch)
	if err != nil {
		return fmt.Errorf("look for what was left behind: %w", err)
	}
	for _, e := range entries {
		number, ours := strings.CutPrefix(e.Name(), scratchPrefix)
		if !ours || !e.IsDir() || strings.Trim(number, "0123456789") != "" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(scratch, e.Name())); err != nil {
			return fmt.Errorf("remove what was left behind: %w", err)
		}
	}
	return nil
}

// snapshot makes a copy of the database that removes itself when it is closed.
func (m *mount) snapshot(ctx context.Context) (copied *temporary, size int64, err error) {
	dir, err := MakeScratch(m.Scratch)
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	path := filepath.Join(dir, "patchbay.db")
	if err := m.Housekeeper.Backup(ctx, path); err != nil {
		return nil, 0, err
	}
	file, err := os.Open(path) //nolint:gosec // a path of our own
	if err != nil {
		return nil, 0, fmt.Errorf("open the backup: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("look at the backup: %w", err), file.Close())
	}
	return &temporary{File: file, dir: dir}, info.Size(), nil
}

// temporary is a file that takes its folder with it.
type temporary struct {
	*os.File
	dir string
}

// Close closes the file and removes its folder.
func (t *temporary) Close() error { return errors.Join(t.File.Close(), os.RemoveAll(t.dir)) }
