package engine

import "context"

// Settings of the workspace. Zero values mean the defaults.
type Settings struct {
	Name         string    `json:"name,omitempty"`
	PublicURL    string    `json:"publicUrl,omitempty"`
	Timezone     string    `json:"timezone,omitempty"`
	Money        Money     `json:"money,omitempty"`
	AllowPrivate []string  `json:"allowPrivate,omitempty" nullable:"false"` // hosts and CIDRs that steps may call although private
	Keep         Retention `json:"keep"`
	Alerts       Alerts    `json:"alerts"`
	Version      int64     `json:"version"`
}

// Alerts says who is told when something fails. On lists "run.failed",
// "inbox.rejected", "queue.age", "disk", "destination". Via and Fallback name
// connections; To is the mail address or channel.
type Alerts struct {
	On         []string `json:"on,omitempty" yaml:"on,omitempty" nullable:"false"`
	Via        string   `json:"via,omitempty" yaml:"via,omitempty"`
	To         string   `json:"to,omitempty" yaml:"to,omitempty"`
	Fallback   string   `json:"fallback,omitempty" yaml:"fallback,omitempty"`
	FallbackTo string   `json:"fallbackTo,omitempty" yaml:"fallbackTo,omitempty"`
	Window     Duration `json:"window,omitempty" yaml:"window,omitempty"` // alerts of one cause within it become one; default 10m
	Cap        int      `json:"cap,omitempty" yaml:"cap,omitempty"`       // messages per hour; default 10
}

// SettingsStore keeps the workspace's settings, shared values and lists.
type SettingsStore interface {
	// Settings returns the settings, defaults where nothing was stored.
	Settings(ctx context.Context) (*Settings, error)
	// PutSettings stores them. KindConflict when Version is not the stored one.
	PutSettings(ctx context.Context, s *Settings) error
	// Vars returns the shared values and their version.
	Vars(ctx context.Context) (map[string]any, int64, error)
	// PutVars replaces the shared values. KindConflict.
	PutVars(ctx context.Context, vars map[string]any, ifVersion int64) error
	// Tables returns the lists for lookup(), by name.
	Tables(ctx context.Context) (map[string]map[string]any, error)
	// PutTable stores a list; nil deletes it.
	PutTable(ctx context.Context, name string, table map[string]any) error
}
