package api

import (
	"time"

	"patchbay/engine"
)

// RunSummary is a run as lists show it. Times that have not come yet are null.
type RunSummary struct {
	ID          engine.ID       `json:"id"`
	Seq         int64           `json:"seq" doc:"The place of its last change in the order of commits."`
	EventID     engine.ID       `json:"eventId"`
	Inbox       string          `json:"inbox"`
	RuleID      string          `json:"ruleId"`
	RuleName    string          `json:"ruleName"`
	RuleVersion int             `json:"ruleVersion"`
	Trigger     engine.Trigger  `json:"trigger" enum:"live,replay,test"`
	State       engine.RunState `json:"state" enum:"queued,running,waiting,succeeded,failed,filtered,skipped,canceled"`
	Reason      string          `json:"reason"`
	Warnings    []string        `json:"warnings" nullable:"false"`
	Unknown     bool            `json:"unknown" doc:"It failed, and what it sent may have arrived."`
	Destination string          `json:"destination" doc:"What a waiting run waits for."`
	CreatedAt   time.Time       `json:"createdAt"`
	DueAt       *time.Time      `json:"dueAt" nullable:"true"`
	StartedAt   *time.Time      `json:"startedAt" nullable:"true"`
	FinishedAt  *time.Time      `json:"finishedAt" nullable:"true"`
	Event       RunEvent        `json:"event"`
	Result      string          `json:"result" doc:"Of one that succeeded: what it did last, in a line; empty where there is nothing to tell."`
}

// Run is one rule applied to one event.
type Run struct {
	RunSummary
	Steps []RunStep `json:"steps" nullable:"false"`
}

// RunStep is what became of one step.
type RunStep struct {
	Key      string           `json:"key"`
	Action   string           `json:"action"`
	Name     string           `json:"name,omitempty"`
	State    engine.StepState `json:"state" enum:"pending,running,waiting,succeeded,failed,skipped,canceled"`
	Outcome  engine.Outcome   `json:"outcome" enum:",sent,not-sent,unknown"`
	Reason   string           `json:"reason,omitempty" doc:"Why it needed no attempt."`
	Items    *int             `json:"items,omitempty" doc:"Under forEach: how many items there are."`
	Attempts []RunAttempt     `json:"attempts" nullable:"false"`
}

// RunAttempt is one execution of a step, for one item under forEach.
type RunAttempt struct {
	Number    int              `json:"number"`
	Item      int              `json:"item"`
	State     engine.StepState `json:"state"`
	StartedAt time.Time        `json:"startedAt"`
	Duration  engine.Duration  `json:"duration"`
	Preview   *engine.Preview  `json:"preview,omitempty"`
	Output    any              `json:"output"`
	Error     string           `json:"error"`
	Note      string           `json:"note,omitempty" doc:"Who saw that it arrived, where nobody could tell before."`
	Outcome   engine.Outcome   `json:"outcome" enum:",sent,not-sent,unknown"`
	RetryAt   *time.Time       `json:"retryAt" nullable:"true"`
	Uncounted bool             `json:"uncounted,omitempty" doc:"Cut by a crash: it does not count against the retries."`
}

func runSummary(r *engine.Run) RunSummary {
	return RunSummary{
		ID: r.ID, Seq: r.Seq, EventID: r.EventID, Inbox: r.Inbox, RuleID: r.RuleID, RuleName: r.RuleName,
		RuleVersion: r.RuleVersion, Trigger: r.Trigger, State: r.State, Reason: r.Reason, Warnings: list(r.Warnings), Unknown: r.Unknown,
		Destination: r.Destination, CreatedAt: r.CreatedAt.UTC(), DueAt: when(r.DueAt), StartedAt: when(r.StartedAt), FinishedAt: when(r.FinishedAt),
	}
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// runView puts a run's attempts under the steps of the rule as it was. rule is nil
// when that version is gone.
func runView(r *engine.Run, attempts []*engine.Attempt, rule *engine.Rule) Run {
	v := Run{RunSummary: runSummary(r), Steps: []RunStep{}}
	byStep := map[int][]*engine.Attempt{}
	count := 0
	for _, a := range attempts {
		byStep[a.Step] = append(byStep[a.Step], a)
		count = max(count, a.Step+1)
	}
	if rule != nil {
		count = max(count, len(rule.Steps))
	}
	for i := range count {
		s := RunStep{Attempts: []RunAttempt{}}
		if rule != nil && i < len(rule.Steps) {
			s.Key, s.Action, s.Name = rule.Steps[i].Key, rule.Steps[i].Action, rule.Steps[i].Name
		} else if rows := byStep[i]; len(rows) > 0 {
			s.Key, s.Action = rows[0].Key, rows[0].Action
		}
		s.fill(r, i, byStep[i])
		v.Steps = append(v.Steps, s)
	}
	return v
}

func (s *RunStep) fill(r *engine.Run, index int, rows []*engine.Attempt) {
	last := map[int]*engine.Attempt{} // of each item
	var order []int
	for _, a := range rows {
		if a.Number > 0 {
			s.Attempts = append(s.Attempts, attemptView(a))
		}
		if a.Item == engine.WholeStep {
			if items, ok := a.With.([]any); ok {
				n := len(items)
				s.Items = &n
			}
			s.Reason = a.Error
			if a.State == engine.StepSkipped || a.State == engine.StepFailed {
				s.State = a.State
			}
			continue
		}
		if a.Number == 0 {
			s.Reason = a.Error
		}
		if _, seen := last[a.Item]; !seen {
			order = append(order, a.Item)
		}
		last[a.Item] = a
	}
	s.Outcome = outcomeOf(last)
	if s.State == "" {
		s.State = stateOf(r, index, order, last)
	}
}

func attemptView(a *engine.Attempt) RunAttempt {
	v := RunAttempt{
		Number: a.Number, Item: max(a.Item, 0), State: a.State, StartedAt: a.StartedAt.UTC(), Duration: engine.Duration(a.Duration),
		Preview: a.Preview, Output: a.Output, Error: a.Error, Outcome: a.Outcome, RetryAt: when(a.RetryAt), Uncounted: a.Uncounted,
	}
	if a.State == engine.StepSucceeded {
		v.Error, v.Note = "", a.Error
	}
	return v
}

// outcomeOf is what is known about a step's sends: unknown where one is.
func outcomeOf(last map[int]*engine.Attempt) engine.Outcome {
	rank := map[engine.Outcome]int{engine.OutcomeNone: 0, engine.OutcomeNotSent: 1, engine.OutcomeSent: 2, engine.OutcomeUnknown: 3}
	worst := engine.OutcomeNone
	for _, a := range last {
		if rank[a.Outcome] > rank[worst] {
			worst = a.Outcome
		}
	}
	return worst
}

// stateOf is a step's state: that of its run where it is the step the run is at,
// otherwise the worst of its items'.
func stateOf(r *engine.Run, index int, order []int, last map[int]*engine.Attempt) engine.StepState {
	if r.State.Active() && index == r.Step && (len(order) > 0 || r.State != engine.RunQueued) {
		if r.State == engine.RunRunning {
			return engine.StepRunning
		}
		return engine.StepWaiting
	}
	if len(order) == 0 {
		return untouched(r)
	}
	rank := map[engine.StepState]int{
		engine.StepSkipped: 0, engine.StepSucceeded: 1, engine.StepPending: 2, engine.StepCanceled: 3,
		engine.StepWaiting: 4, engine.StepRunning: 5, engine.StepFailed: 6,
	}
	worst := engine.StepSkipped
	for _, item := range order {
		if rank[last[item].State] > rank[worst] {
			worst = last[item].State
		}
	}
	if !r.State.Active() && (worst == engine.StepWaiting || worst == engine.StepRunning) {
		return engine.StepCanceled
	}
	return worst
}

// untouched is the state of a step that the run did not come to.
func untouched(r *engine.Run) engine.StepState {
	switch {
	case r.State.Active():
		return engine.StepPending
	case r.State == engine.RunCanceled:
		return engine.StepCanceled
	default:
		return engine.StepSkipped
	}
}
