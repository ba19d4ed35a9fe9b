package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"patchbay/engine"
)

// Trouble is a destination that fails for one cause, with the runs it affects.
type Trouble struct {
	ID          string           `json:"id"`
	Destination string           `json:"destination"`
	Reason      string           `json:"reason"`
	Waiting     int64            `json:"waiting"`
	Failed      int64            `json:"failed"`
	Unknown     int64            `json:"unknown"`
	Since       time.Time        `json:"since"`
	SolvedAt    *time.Time       `json:"solvedAt" nullable:"true"`
	NextCheck   *time.Time       `json:"nextCheck" nullable:"true"`
	Recovered   int64            `json:"recovered" doc:"Runs that got on, since it is open."`
	Skipped     int64            `json:"skipped" doc:"Runs that somebody ended instead."`
	Rules       []engine.RuleRef `json:"rules" nullable:"false" doc:"Whose runs it affects; of the newest of them."`
}

// Woken tells how many runs became due.
type Woken struct {
	Runs int `json:"runs"`
}

func (m *mount) problemOperations() {
	add(m, operation{
		id: "listProblems", method: http.MethodGet, path: "/problems", tag: "problems", summary: "Destinations that fail, by cause", need: engine.RoleViewer,
	}, m.listProblems)
	add(m, operation{
		id: "getProblem", method: http.MethodGet, path: "/problems/{id}", tag: "problems", summary: "One problem", need: engine.RoleViewer,
	}, m.getProblem)
	add(m, operation{
		id: "checkProblem", method: http.MethodPost, path: "/problems/{id}/check", tag: "problems", summary: "Try the destination again now",
		need: engine.RoleEditor, audit: "problem.check", status: http.StatusAccepted,
	}, m.checkProblem)
}

func (m *mount) listProblems(ctx context.Context, in *struct {
	Listing
	Solved bool `query:"solved" doc:"Those solved in the last 30 days, instead of the open ones."`
},
) (*plain[Page[Trouble]], error) {
	all, err := m.Problems.Problems(ctx, in.Solved)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p *engine.Problem) bool { return (p.SolvedAt != nil) != in.Solved })
	first := 0
	if in.Cursor != "" {
		if first, err = strconv.Atoi(in.Cursor); err != nil || first < 0 {
			return nil, engine.Invalid("cursor", "This cursor is not one of ours; start with the first page.")
		}
	}
	all = all[min(first, len(all)):]
	p := Page[Trouble]{}
	if len(all) > in.Limit {
		all, p.NextCursor = all[:in.Limit], strconv.Itoa(first+in.Limit)
	}
	p.Items = each(all, troubleView)
	return answer(p), nil
}

func troubleView(p *engine.Problem) Trouble {
	return Trouble{
		ID: strconv.FormatInt(p.ID, 10), Destination: p.Destination, Reason: p.Reason, Waiting: p.Waiting, Failed: p.Failed,
		Unknown: p.Unknown, Since: p.Since.UTC(), SolvedAt: p.SolvedAt, NextCheck: p.NextCheck,
		Recovered: p.Recovered, Skipped: p.Skipped, Rules: list(p.Rules),
	}
}

// troubleByID returns a problem; solved ones of the last 30 days are there, too.
func (m *mount) troubleByID(ctx context.Context, text string, solved bool) (*engine.Problem, error) {
	id, err := parseProblem(text)
	if err != nil {
		return nil, err
	}
	all, err := m.Problems.Problems(ctx, solved)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
	}
	if solved {
		return nil, engine.NotFound("problem", text)
	}
	return nil, engine.NotFound("open problem", text)
}

func (m *mount) getProblem(ctx context.Context, in *Named) (*plain[Trouble], error) {
	p, err := m.troubleByID(ctx, in.ID, true)
	if err != nil {
		return nil, err
	}
	return answer(troubleView(p)), nil
}

func (m *mount) checkProblem(ctx context.Context, in *Named) (*plain[Woken], error) {
	p, err := m.troubleByID(ctx, in.ID, false)
	if err != nil {
		return nil, err
	}
	about(ctx, p.Destination, "")
	runs, err := m.Controller.CheckDestination(ctx, p.Destination)
	if err != nil {
		return nil, err
	}
	return answer(Woken{Runs: runs}), nil
}
