package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

func TestEditing_TellsWhoElseHasTheRuleOpen(t *testing.T) {
	t.Parallel()
	w := shopWith(t, ruleBody)
	w.user("ann@example.com", engine.RoleEditor)
	w.user("bob@example.com", engine.RoleEditor)
	w.user("vic@example.com", engine.RoleViewer)
	ann, bob := w.signIn("ann@example.com"), w.signIn("bob@example.com")
	const url = "/api/v1/rules/tell/editing"
	others := func(b *browser) []string {
		list := []string{}
		for _, e := range as[api.Editors](b.send("PUT", url, "").is(200)).Others {
			require.NotEmpty(t, e.Name)
			list = append(list, e.Who)
		}
		return list
	}
	require.Empty(t, others(ann))
	require.Empty(t, others(ann), "nobody meets themselves")
	require.Equal(t, []string{"ann@example.com"}, others(bob))
	require.Equal(t, []string{"bob@example.com"}, others(ann))
	bob.send("DELETE", url, "").is(204)
	require.Empty(t, others(ann), "he has left")
	require.Equal(t, []string{"ann@example.com"}, others(bob))
	w.set(w.clock().Add(46 * time.Second))
	require.Empty(t, others(bob), "she was not heard of again")
	ann.send("PUT", "/api/v1/rules/never/editing", "").is(404)
	w.signIn("vic@example.com").send("PUT", url, "").is(403)
}
