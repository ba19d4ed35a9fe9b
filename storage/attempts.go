package storage

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"patchbay/engine"
)

// attemptArgs is an attempt as its table holds it, made ready before the writer
// gets it. The run's number is put in front when it is known.
type attemptArgs [16]any

// Positions in attemptArgs.
const (
	attemptRun = iota
	attemptStep
	attemptItem
	attemptNumber
	attemptKey
	attemptAction
	attemptState
	attemptOutcome
	attemptUncounted
	attemptStarted
	attemptDuration
	attemptRetry
	attemptError
	attemptRendered
	attemptOutput
	attemptPreview
)

func (db *DB) attemptArgs(a *engine.Attempt) (*attemptArgs, error) {
	args := &attemptArgs{
		attemptStep: int64(a.Step), attemptItem: int64(a.Item), attemptNumber: int64(a.Number),
		attemptKey: a.Key, attemptAction: a.Action,
		attemptState: stepStates().code(a.State), attemptOutcome: outcomes().code(a.Outcome), attemptUncounted: a.Uncounted,
		attemptStarted: micros(a.StartedAt), attemptDuration: int64(a.Duration), attemptRetry: micros(a.RetryAt),
		attemptError: textOrNull(a.Error),
	}
	var err error
	if args[attemptRendered], err = db.packJSON(a.With); err != nil {
		return nil, fmt.Errorf("store configuration of step %s: %w", a.Key, err)
	}
	if args[attemptOutput], err = db.packJSON(a.Output); err != nil {
		return nil, fmt.Errorf("store output of step %s: %w", a.Key, err)
	}
	if a.Preview != nil {
		if args[attemptPreview], err = db.packJSON(a.Preview); err != nil {
			return nil, fmt.Errorf("store preview of step %s: %w", a.Key, err)
		}
	}
	return args, nil
}

func (db *DB) attemptArgsOf(list []*engine.Attempt) ([]*attemptArgs, error) {
	if len(list) == 0 {
		return nil, nil
	}
	all := make([]*attemptArgs, len(list))
	for i, a := range list {
		args, err := db.attemptArgs(a)
		if err != nil {
			return nil, err
		}
		all[i] = args
	}
	return all, nil
}

// putAttempts writes the attempts of a run. A row that is written again keeps its
// rendered configuration and preview where the new one has none.
func (w *writer) putAttempts(run int64, list []*attemptArgs) error {
	for _, args := range list {
		args[attemptRun] = run
		if err := w.sql.putAttempt.exec(args[:]...); err != nil {
			return fmt.Errorf("store attempt: %w", err)
		}
	}
	return nil
}

// maxNesting is how deep lists and objects may stand in each other in what is stored.
// encoding/json writes more than the 10,000 levels that it reads.
const maxNesting = 1000

// tooDeep reports whether JSON is nested deeper than that.
func tooDeep(text []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '[' || c == '{':
			depth++
			if depth > maxNesting {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}

// packJSON packs a value; nil gives NULL. What is nested so deep that it could not
// be read again, which only a hostile answer is, is kept as text.
func (db *DB) packJSON(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	p := db.packers.get()
	defer db.packers.put(p)
	if err := p.json.Encode(v); err != nil {
		p.text.Reset()
		if err := p.json.Encode(plainJSON(v)); err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
	}
	if p.text.Len() > maxNesting && tooDeep(p.text.Bytes()) {
		text := strings.TrimSuffix(p.text.String(), "\n")
		p.text.Reset()
		if err := p.json.Encode(text); err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
	}
	p.packed = db.codec.pack(p.packed[:0], bytes.TrimSuffix(p.text.Bytes(), []byte("\n")))
	return bytes.Clone(p.packed), nil
}

// packer holds the buffers of packJSON.
type packer struct {
	text   bytes.Buffer
	json   *json.Encoder
	packed []byte
}

// packers are reused, because every step of every run takes some.
type packers struct{ pool sync.Pool }

func (ps *packers) get() *packer {
	if p, ok := ps.pool.Get().(*packer); ok {
		p.text.Reset()
		return p
	}
	p := &packer{}
	p.json = json.NewEncoder(&p.text)
	p.json.SetEscapeHTML(false)
	return p
}

func (ps *packers) put(p *packer) {
	if p.text.Cap() <= reusable {
		ps.pool.Put(p)
	}
}

// plainJSON replaces what JSON cannot express, so that one odd number in an output
// does not lose the result of a step.
func plainJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = plainJSON(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plainJSON(item)
		}
		return out
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return v
	case nil, bool, string, int, int64:
		return v
	default:
		if _, err := json.Marshal(v); err != nil {
			return fmt.Sprint(v)
		}
		return v
	}
}

// unpackJSON reads what packJSON wrote.
func (db *DB) unpackJSON(packed []byte, into any) error {
	if packed == nil {
		return nil
	}
	plain, err := db.codec.unpack(packed)
	if err != nil {
		return err
	}
	return decodeJSON(string(plain), into)
}

// attemptColumns is what scanAttempt reads, in its order; a preview follows them.
const attemptColumns = "step, item, number, key, action, state, outcome, uncounted, started_at, duration, retry_at, error, rendered, output, "

// attemptRow is an attempt with what of it is packed.
type attemptRow struct {
	engine.Attempt
	rendered, output, preview []byte
}

// scanAttempt reads one row of attemptColumns, a preview, and more.
func scanAttempt(rows *sql.Rows, more ...any) (*attemptRow, error) {
	a := &attemptRow{}
	var state, outcome, started, duration, retry int64
	var text sql.NullString
	dest := []any{
		&a.Step, &a.Item, &a.Number, &a.Key, &a.Action, &state, &outcome, &a.Uncounted,
		&started, &duration, &retry, &text, &a.rendered, &a.output, &a.preview,
	}
	if err := rows.Scan(append(dest, more...)...); err != nil {
		return nil, fmt.Errorf("read attempt: %w", translate(err))
	}
	a.State, a.Outcome = stepStates().word(state), outcomes().word(outcome)
	a.StartedAt, a.RetryAt, a.Duration, a.Error = fromMicros(started), fromMicros(retry), time.Duration(duration), text.String
	return a, nil
}

// attempt unpacks a row.
func (db *DB) attempt(row *attemptRow) (*engine.Attempt, error) {
	a := &row.Attempt
	if err := db.unpackJSON(row.rendered, &a.With); err != nil {
		return nil, fmt.Errorf("read configuration of attempt: %w", err)
	}
	if err := db.unpackJSON(row.output, &a.Output); err != nil {
		return nil, fmt.Errorf("read output of attempt: %w", err)
	}
	if row.preview != nil {
		a.Preview = &engine.Preview{}
		if err := db.unpackJSON(row.preview, a.Preview); err != nil {
			return nil, fmt.Errorf("read preview of attempt: %w", err)
		}
	}
	return a, nil
}
