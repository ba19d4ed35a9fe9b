package api_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// atOnce does two changes of what both have read, and returns their states.
func atOnce(w *world, method, url string, bodies [2]string, tag string) map[int]int {
	var wait sync.WaitGroup
	var mu sync.Mutex
	states := map[int]int{}
	for _, body := range bodies {
		wait.Go(func() {
			got := w.do(call{Method: method, URL: url, As: engine.RoleAdmin, Body: body, Headers: map[string]string{"If-Match": tag}})
			mu.Lock()
			defer mu.Unlock()
			states[got.Status]++
		})
	}
	wait.Wait()
	return states
}

func TestChange_OfTwoWithinOneMomentTheSecondIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.user("bob@example.com", engine.RoleEditor)
	url := "/users/" + u.ID.String()
	w.admin("PUT", "/tables/people", `{"rows":{"a":"0"}}`).is(200)
	for n := range 10 {
		list := w.admin("GET", "/tables/people", "")
		bodies := [2]string{fmt.Sprintf(`{"rows":{"a":"one %d"}}`, n), fmt.Sprintf(`{"rows":{"a":"two %d"}}`, n)}
		require.Equal(t, map[int]int{200: 1, 412: 1}, atOnce(w, "PUT", "/api/v1/tables/people", bodies, list.Header.Get("ETag")), "a list")
		person := w.admin("GET", url, "")
		for i, name := range []string{"one", "two"} {
			bodies[i] = fmt.Sprintf(`{"email":"bob@example.com","name":"%s %d","role":"editor"}`, name, n)
		}
		require.Equal(t, map[int]int{200: 1, 412: 1}, atOnce(w, "PUT", "/api/v1"+url, bodies, person.Header.Get("ETag")), "a person")
	}
}

func TestInbox_TellsWhoChangedItLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editor("POST", "/inboxes", `{"name":"a","verify":{"scheme":"none"}}`).is(201)
	w.editor("POST", "/inboxes", `{"name":"a-b","verify":{"scheme":"none"}}`).is(201)
	w.admin("PUT", "/inboxes/a", `{"title":"A","verify":{"scheme":"none"}}`, "If-Match", "*").is(200)
	w.editor("PUT", "/inboxes/a-b", `{"title":"B","verify":{"scheme":"none"}}`, "If-Match", "*").is(200)
	w.editor("POST", "/inboxes/a/compare", `{"value":"x"}`).is(200)
	change := as[api.LastChange](w.do(call{Method: "GET", URL: "/api/v1/inboxes/a/change", As: engine.RoleViewer}).is(200))
	require.Equal(t, "token:token of admin", change.By)
	require.False(t, change.At.IsZero())
}
