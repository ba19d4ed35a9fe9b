package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"patchbay/engine"
)

// Trouble is a destination that fails for one cause, with the runs it affects.
type Trouble struct {
	ID          string     `json:"id"`
	Destination string     `json:"destination"`
	Reason      string     `json:"reason"`
	Waiting     int64      `json:"waiting"`
	Failed      int64      `json:"failed"`
	Unknown     int64      `json:"unknown"`
	Since       time.Time  `json:"since"`
	SolvedAt    *time.Time `json:"solvedAt" nullable:"true"`
	NextCheck   *time.Time `json:"nextCheck" nullable:"true"`
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
		id: "checkProblem", method: http.MethodPost, path: "/problems/{id}/check", tag: "problems", summary: "Try the destination again now",
		need: engine.RoleEditor, audit: "problem.check", status: http.StatusAccepted,
	}, m.checkProblem)
}

func (m *mount) listProblems(ctx context.Context, in *struct {
	Listing
	Solved bool `query:"solved" doc:"Those solved in the last 30 days, too."`
},
) (*plain[Page[Trouble]], error) {
	all, err := m.Problems.Problems(ctx, in.Solved)
	if err != nil {
		return nil, err
	}
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
	}
}

func (m *mount) checkProblem(ctx context.Context, in *Named) (*plain[Woken], error) {
	id, err := parseProblem(in.ID)
	if err != nil {
		return nil, err
	}
	open, err := m.Problems.Problems(ctx, false)
	if err != nil {
		return nil, err
	}
	for _, p := range open {
		if p.ID == id {
			about(ctx, p.Destination, "")
			runs, err := m.Controller.CheckDestination(ctx, p.Destination)
			if err != nil {
				return nil, err
			}
			return answer(Woken{Runs: runs}), nil
		}
	}
	return nil, engine.NotFound("open problem", in.ID)
}
