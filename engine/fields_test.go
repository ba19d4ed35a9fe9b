package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestFields_UniteAndCover(t *testing.T) {
	t.Parallel()
	title, number := engine.FieldAt("issue", "title"), engine.FieldAt("issue", "number")
	issue, all := engine.FieldAt("issue"), engine.FieldAt()
	both := title.Union(number)
	require.Equal(t, engine.Fields{"issue": {"title": nil, "number": nil}}, both)
	require.Equal(t, engine.Fields{"issue": {"title": nil}}, title, "an operand was changed")
	require.Equal(t, issue, both.Union(issue), "the whole value takes in its parts")
	require.Nil(t, issue.Union(all))
	require.Equal(t, title, engine.Fields{}.Union(title))
	for _, tc := range []struct {
		set, asked engine.Fields
		covers     bool
	}{
		{both, title, true},
		{title, both, false},
		{issue, both, true},
		{both, issue, false},
		{all, all, true},
		{all, both, true},
		{both, all, false},
		{engine.Fields{}, engine.Fields{}, true},
		{engine.Fields{}, title, false},
		{title, engine.Fields{}, true},
	} {
		require.Equal(t, tc.covers, tc.set.Covers(tc.asked), "%v covers %v", tc.set, tc.asked)
	}
}
