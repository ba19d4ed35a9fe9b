package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"
)

// statement is a prepared statement of the write connection, used below
// database/sql: on statements this small its bookkeeping costs as much as they do,
// and the driver binds and steps in one call only for queries. The writer's
// goroutine has the connection to itself.
type statement struct {
	ctx     context.Context //nolint:containedctx // the writer's, without end: what it has begun is not cut short
	stmt    *sqlite3.SQLiteStmt
	args    []driver.NamedValue
	columns []driver.Value
}

func newStatement(ctx context.Context, stmt *sqlite3.SQLiteStmt) statement {
	s := statement{ctx: ctx, stmt: stmt, args: make([]driver.NamedValue, stmt.NumInput()), columns: make([]driver.Value, maxColumns)}
	for i := range s.args {
		s.args[i].Ordinal = i + 1
	}
	return s
}

// exec runs the statement. A statement runs whole in its first step, whether rows
// are read or not.
func (s *statement) exec(args ...any) error {
	rows, err := s.query(args)
	if err != nil {
		return err
	}
	return rows.Close()
}

// row runs a query of at most one row and reports whether there was one.
func (s *statement) row(args []any, dest ...any) (found bool, err error) {
	rows, err := s.query(args)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	return s.next(rows, dest)
}

// each runs a query and calls fn after each of its rows was put into dest.
func (s *statement) each(args, dest []any, fn func()) (err error) {
	rows, err := s.query(args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for {
		found, err := s.next(rows, dest)
		if err != nil || !found {
			return err
		}
		fn()
	}
}

func (s *statement) query(args []any) (driver.Rows, error) {
	if err := s.bind(args); err != nil {
		return nil, err
	}
	return s.stmt.QueryContext(s.ctx, s.args)
}

func (s *statement) bind(args []any) error {
	if len(args) != len(s.args) {
		return fmt.Errorf("statement takes %d arguments, not %d", len(s.args), len(args))
	}
	for i, arg := range args {
		switch v := arg.(type) {
		case int64, string, []byte, bool, nil:
			s.args[i].Value = v
		case sql.NullInt64:
			s.args[i].Value = nil
			if v.Valid {
				s.args[i].Value = v.Int64
			}
		default:
			return fmt.Errorf("statement takes no %T", arg)
		}
	}
	return nil
}

func (s *statement) next(rows driver.Rows, dest []any) (bool, error) {
	err := rows.Next(s.columns[:len(dest)])
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for i, value := range s.columns[:len(dest)] {
		if err := assign(dest[i], value); err != nil {
			return false, err
		}
	}
	return true, nil
}

// assign puts a column into the variable that dest points to.
func assign(dest any, value driver.Value) error {
	var ok bool
	switch d := dest.(type) {
	case *int64:
		*d, ok = value.(int64)
	case *string:
		*d, ok = value.(string)
	case *[]byte:
		*d, ok = value.([]byte)
		ok = ok || value == nil
	case *sql.NullInt64:
		d.Int64, d.Valid = value.(int64)
		ok = d.Valid || value == nil
	case *sql.NullString:
		d.String, d.Valid = value.(string)
		ok = d.Valid || value == nil
	}
	if !ok {
		return fmt.Errorf("column holds %T, wanted %T", value, dest)
	}
	return nil
}

// preparing pairs a statement with its text.
type preparing struct {
	into *statement
	text string
}

// maxColumns is how many columns a query of the hot path reads at most.
const maxColumns = 8

func (s *statements) prepare(ctx context.Context, conn *sql.Conn) error {
	if err := prepareOn(ctx, conn, s.all()); err != nil {
		return errors.Join(err, s.close())
	}
	return nil
}

// prepareOn prepares statements on a connection. When it fails some may be open.
func prepareOn(ctx context.Context, conn *sql.Conn, all []preparing) error {
	return conn.Raw(func(driverConn any) error {
		sqlite, ok := driverConn.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("connection is a %T", driverConn)
		}
		for _, p := range all {
			prepared, err := sqlite.Prepare(p.text)
			if err != nil {
				return fmt.Errorf("prepare %q: %w", p.text, err)
			}
			stmt, ok := prepared.(*sqlite3.SQLiteStmt)
			if !ok {
				return fmt.Errorf("statement is a %T", prepared)
			}
			*p.into = newStatement(ctx, stmt)
		}
		return nil
	})
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
