package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"patchbay/engine"
)

// The defaults of [engine.Alerts].
const (
	defaultAlertWindow = engine.Duration(10 * time.Minute)
	defaultAlertCap    = 10
)

// differences returns the paths of the fields, as files name them, in which two
// values of one struct type differ. Secrets are compared in clear. Fields that
// files do not hold are left out.
func differences(a, b any) []string {
	var out []string
	compare(reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem(), "", &out)
	return out
}

func compare(a, b reflect.Value, path string, out *[]string) {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if name := yamlName(a.Type().Field(i)); name != "" {
				compare(a.Field(i), b.Field(i), join(path, name), out)
			}
		}
	case reflect.Pointer:
		if !a.IsNil() && !b.IsNil() {
			compare(a.Elem(), b.Elem(), path, out)
		} else if a.IsNil() != b.IsNil() {
			*out = append(*out, path)
		}
	case reflect.Slice:
		compareLists(a, b, path, out)
	case reflect.Map, reflect.Interface:
		if !sameJSON(a, b) {
			*out = append(*out, path)
		}
	default:
		if a.Interface() != b.Interface() {
			*out = append(*out, path)
		}
	}
}

func compareLists(a, b reflect.Value, path string, out *[]string) {
	if a.Len() != b.Len() {
		*out = append(*out, path)
		return
	}
	for i := range a.Len() {
		compare(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", path, i), out)
	}
}

// sameJSON compares free values by what is stored of them; nil and empty are the same.
func sameJSON(a, b reflect.Value) bool {
	if a.Kind() == reflect.Map && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	x, errX := json.Marshal(a.Interface())
	y, errY := json.Marshal(b.Interface())
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// plainRule returns a copy of a rule in which what means the same is written the same.
func plainRule(r *engine.Rule) *engine.Rule {
	out := *r
	out.Enabled = plainSwitch(r.Enabled)
	out.Inbox, out.Inboxes = "", r.AllInboxes()
	if len(out.Inboxes) == 1 {
		out.Inbox, out.Inboxes = out.Inboxes[0], nil
	}
	if r.Overlap != nil && *r.Overlap == (engine.Overlap{Mode: engine.OverlapParallel}) {
		out.Overlap = nil
	}
	out.Steps = append([]engine.Step(nil), r.Steps...)
	for i := range out.Steps {
		out.Steps[i].Enabled = plainSwitch(out.Steps[i].Enabled)
	}
	return &out
}

// plainAlerts returns a copy of alerts in which the defaults are left out.
func plainAlerts(a *engine.Alerts) *engine.Alerts {
	out := *a
	if out.Window == defaultAlertWindow {
		out.Window = 0
	}
	if out.Cap == defaultAlertCap {
		out.Cap = 0
	}
	return &out
}

// plainSwitch returns nil for on.
func plainSwitch(b *bool) *bool {
	if b == nil || *b {
		return nil
	}
	off := false
	return &off
}

// plainConnection returns a copy of a connection with its secrets in With, so that
// differences sees them; it must not leave this package.
func plainConnection(c *engine.Connection) *engine.Connection {
	out := *c
	out.With = withSecrets(c, func(_ string, s engine.Secret) string { return s.Reveal() })
	return &out
}

// clone copies a configuration object deeply, secrets included.
func clone[T any](v *T) *T {
	out := new(T)
	copyValue(reflect.ValueOf(out).Elem(), reflect.ValueOf(v).Elem())
	return out
}

func copyValue(dst, src reflect.Value) {
	switch src.Kind() {
	case reflect.Pointer:
		if !src.IsNil() {
			dst.Set(reflect.New(src.Type().Elem()))
			copyValue(dst.Elem(), src.Elem())
		}
	case reflect.Interface:
		if !src.IsNil() {
			value := reflect.New(src.Elem().Type()).Elem()
			copyValue(value, src.Elem())
			dst.Set(value)
		}
	case reflect.Struct:
		dst.Set(src) // times and other fields without an exported inside
		for i := range src.NumField() {
			if yamlName(src.Type().Field(i)) != "" {
				copyValue(dst.Field(i), src.Field(i))
			}
		}
	case reflect.Slice:
		copySlice(dst, src)
	case reflect.Map:
		copyMap(dst, src)
	default:
		dst.Set(src)
	}
}

func copySlice(dst, src reflect.Value) {
	if src.IsNil() {
		return
	}
	dst.Set(reflect.MakeSlice(src.Type(), src.Len(), src.Len()))
	for i := range src.Len() {
		copyValue(dst.Index(i), src.Index(i))
	}
}

func copyMap(dst, src reflect.Value) {
	if src.IsNil() {
		return
	}
	dst.Set(reflect.MakeMapWithSize(src.Type(), src.Len()))
	for iter := src.MapRange(); iter.Next(); {
		value := reflect.New(src.Type().Elem()).Elem()
		copyValue(value, iter.Value())
		dst.SetMapIndex(iter.Key(), value)
	}
}
