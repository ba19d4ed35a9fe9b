package api

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"

	"patchbay/engine"
)

// Page is one page of a list. NextCursor is empty on the last one.
type Page[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"nextCursor" doc:"Pass it as cursor for the next page; empty on the last one."`
}

// Paging asks for a page of a list that is stored page by page.
type Paging struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	Cursor string `query:"cursor" maxLength:"400"`
}

// Listing asks for a page of a list of configuration.
type Listing struct {
	Limit  int    `query:"limit" default:"1000" minimum:"1" maximum:"1000"`
	Cursor string `query:"cursor" maxLength:"400"`
}

// one is the answer of operations that give one object.
type one[T any] struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     T
}

// plain is the answer of operations that give something without a version.
type plain[T any] struct {
	Body T
}

// made is the answer of operations that created something without a version.
type made[T any] struct {
	Location string `header:"Location"`
	Body     T
}

// Named is the object of a request, by name or identifier.
type Named struct {
	ID string `path:"id" maxLength:"200"`
}

func answer[T any](body T) *plain[T] { return &plain[T]{Body: body} }

// page cuts a page out of a list, in the order of its keys.
func page[T any](items []T, key func(T) string, want Listing) (*plain[Page[T]], error) {
	slices.SortStableFunc(items, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	if want.Cursor != "" {
		after, err := base64.RawURLEncoding.DecodeString(want.Cursor)
		if err != nil {
			return nil, engine.Invalid("cursor", "This cursor is not one of ours; start with the first page.")
		}
		first := 0
		for first < len(items) && strings.Compare(key(items[first]), string(after)) <= 0 {
			first++
		}
		items = items[first:]
	}
	p := Page[T]{Items: items}
	if len(items) > want.Limit {
		p.Items = items[:want.Limit]
		p.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(key(p.Items[want.Limit-1])))
	}
	if p.Items == nil {
		p.Items = []T{}
	}
	return answer(p), nil
}

// each maps a list; the result is never nil.
func each[F, T any](from []F, to func(F) T) []T {
	list := make([]T, 0, len(from))
	for _, f := range from {
		list = append(list, to(f))
	}
	return list
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
