package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// statement is a prepared statement of the write connection.
type statement struct {
	stmt *sql.Stmt
}

// exec runs the statement and returns the number of rows it changed.
func (s statement) exec(args ...any) (int64, error) {
	res, err := s.stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// row runs a query of at most one row and reports whether there was one.
func (s statement) row(args []any, dest ...any) (bool, error) {
	err := s.stmt.QueryRowContext(context.Background(), args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each runs a query and calls scan for each of its rows.
func (s statement) each(args []any, scan func(rows *sql.Rows) error) (err error) {
	rows, err := s.stmt.QueryContext(context.Background(), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// preparing pairs a statement with its text.
type preparing struct {
	into *statement
	text string
}

func (s *statements) prepare(ctx context.Context, conn *sql.Conn) error {
	for _, p := range s.all() {
		stmt, err := conn.PrepareContext(ctx, p.text)
		if err != nil {
			return errors.Join(fmt.Errorf("prepare %q: %w", p.text, err), s.close())
		}
		p.into.stmt = stmt
	}
	return nil
}

func (s *statements) close() error {
	var errs []error
	for _, p := range s.all() {
		if p.into.stmt != nil {
			errs = append(errs, p.into.stmt.Close())
			p.into.stmt = nil
		}
	}
	return errors.Join(errs...)
}
