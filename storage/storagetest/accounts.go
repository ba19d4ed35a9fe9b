package storagetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func userTests() []subtest {
	return []subtest{
		{"keeps every field", userKeepsEveryField},
		{"compares addresses without case", userEmail},
		{"refuses what is not a user", userInvalid},
		{"never loses the last administrator", userLastAdmin},
		{"keeps sessions until they expire", sessionLife},
		{"replaces a session at login", sessionReplaced},
		{"ends sessions with the user and the password", sessionEnds},
		{"does not bring back a session that was ended", sessionStaysEnded},
	}
}

func number(n byte) engine.ID { return engine.ID{15: n} }

func user(n byte, email string, role engine.Role) *engine.User {
	return &engine.User{
		ID: number(n), Email: email, Name: "Name of " + email, Role: role, PasswordHash: "$argon2id$" + email,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC),
	}
}

func userKeepsEveryField(t *testing.T, store ConfigStore) {
	t.Helper()
	list, err := store.Users(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	b, a := user(1, "b@example.com", engine.RoleAdmin), user(2, "A@example.com", engine.RoleViewer)
	require.NoError(t, store.PutUser(t.Context(), b))
	require.NoError(t, store.PutUser(t.Context(), a))
	list, err = store.Users(t.Context())
	require.NoError(t, err)
	require.Equal(t, []*engine.User{a, b}, list)
	a.Name, a.Role, a.Email = "Ann", engine.RoleEditor, "ann@example.com"
	require.NoError(t, store.PutUser(t.Context(), a))
	got, err := store.UserByEmail(t.Context(), "ann@example.com")
	require.NoError(t, err)
	require.Equal(t, a, got)
	_, err = store.UserByEmail(t.Context(), "a@example.com")
	requireKind(t, engine.KindNotFound, err)
}

func userEmail(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutUser(t.Context(), user(1, "Ann@Example.com", engine.RoleAdmin)))
	got, err := store.UserByEmail(t.Context(), " ann@example.COM ")
	require.NoError(t, err)
	require.Equal(t, "Ann@Example.com", got.Email)
	requireKind(t, engine.KindConflict, store.PutUser(t.Context(), user(2, "ANN@example.com", engine.RoleAdmin)))
	require.NoError(t, store.PutUser(t.Context(), user(1, "ann@example.com", engine.RoleAdmin)), "one's own address is free")
}

func userInvalid(t *testing.T, store ConfigStore) {
	t.Helper()
	for _, u := range []*engine.User{
		user(0, "a@example.com", engine.RoleAdmin), user(1, " ", engine.RoleAdmin), user(1, "a@example.com", "owner"), user(1, "a@example.com", ""),
	} {
		requireKind(t, engine.KindInvalid, store.PutUser(t.Context(), u))
	}
	requireKind(t, engine.KindNotFound, store.DeleteUser(t.Context(), number(9)))
}

func userLastAdmin(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutUser(t.Context(), user(1, "a@example.com", engine.RoleAdmin)))
	require.NoError(t, store.PutUser(t.Context(), user(2, "b@example.com", engine.RoleEditor)))
	requireKind(t, engine.KindConflict, store.DeleteUser(t.Context(), number(1)))
	requireKind(t, engine.KindConflict, store.PutUser(t.Context(), user(1, "a@example.com", engine.RoleEditor)))
	require.NoError(t, store.DeleteUser(t.Context(), number(2)))

	require.NoError(t, store.PutUser(t.Context(), user(3, "c@example.com", engine.RoleAdmin)))
	requireOneWinner(t, 2, func(i int) error { return store.DeleteUser(t.Context(), number([]byte{1, 3}[i])) })
	list, err := store.Users(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, engine.RoleAdmin, list[0].Role)
}

// sessionStart is a time after which the sessions of these tests still last by any clock.
func sessionStart() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }

func session(hash string, user byte) *engine.Session {
	at := sessionStart()
	return &engine.Session{Hash: []byte(hash), UserID: number(user), CSRF: "csrf of " + hash, CreatedAt: at, SeenAt: at, ExpiresAt: at.Add(time.Hour)}
}

func sessionLife(t *testing.T, store ConfigStore) {
	t.Helper()
	u := user(1, "a@example.com", engine.RoleAdmin)
	require.NoError(t, store.PutUser(t.Context(), u))
	s := session("one", 1)
	require.NoError(t, store.PutSession(t.Context(), s, nil))
	got, owner, err := store.Session(t.Context(), []byte("one"), sessionStart())
	require.NoError(t, err)
	require.Equal(t, s, got)
	require.Equal(t, u, owner)

	_, _, err = store.Session(t.Context(), []byte("one"), s.ExpiresAt.Add(-time.Second))
	require.NoError(t, err)
	got, _, err = store.Session(t.Context(), []byte("one"), s.ExpiresAt.Add(-time.Second))
	require.NoError(t, err)
	require.Equal(t, s.ExpiresAt.Add(-time.Second), got.SeenAt)
	for _, at := range []time.Time{s.ExpiresAt, s.ExpiresAt.Add(time.Hour)} {
		_, _, err = store.Session(t.Context(), []byte("one"), at)
		requireKind(t, engine.KindNotFound, err)
	}
	_, _, err = store.Session(t.Context(), []byte("two"), sessionStart())
	requireKind(t, engine.KindNotFound, err)
	require.NoError(t, store.DeleteSession(t.Context(), []byte("one")))
	require.NoError(t, store.DeleteSession(t.Context(), []byte("one")))
	_, _, err = store.Session(t.Context(), []byte("one"), sessionStart())
	requireKind(t, engine.KindNotFound, err)
}

func sessionReplaced(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutUser(t.Context(), user(1, "a@example.com", engine.RoleAdmin)))
	requireKind(t, engine.KindNotFound, store.PutSession(t.Context(), session("x", 7), nil))
	require.NoError(t, store.PutSession(t.Context(), session("before", 1), nil))
	require.NoError(t, store.PutSession(t.Context(), session("other", 1), nil))
	require.NoError(t, store.PutSession(t.Context(), session("after", 1), []byte("before")))
	_, _, err := store.Session(t.Context(), []byte("before"), sessionStart())
	requireKind(t, engine.KindNotFound, err)
	for _, hash := range []string{"other", "after"} {
		_, _, err := store.Session(t.Context(), []byte(hash), sessionStart())
		require.NoError(t, err)
	}
}

func sessionEnds(t *testing.T, store ConfigStore) {
	t.Helper()
	a, b := user(1, "a@example.com", engine.RoleAdmin), user(2, "b@example.com", engine.RoleEditor)
	for _, u := range []*engine.User{a, b} {
		require.NoError(t, store.PutUser(t.Context(), u))
	}
	require.NoError(t, store.PutSession(t.Context(), session("a", 1), nil))
	require.NoError(t, store.PutSession(t.Context(), session("b", 2), nil))
	a.Name = "Renamed"
	require.NoError(t, store.PutUser(t.Context(), a))
	_, _, err := store.Session(t.Context(), []byte("a"), sessionStart())
	require.NoError(t, err)
	a.PasswordHash = "$argon2id$new"
	require.NoError(t, store.PutUser(t.Context(), a))
	_, _, err = store.Session(t.Context(), []byte("a"), sessionStart())
	requireKind(t, engine.KindNotFound, err)
	require.NoError(t, store.DeleteUser(t.Context(), b.ID))
	_, _, err = store.Session(t.Context(), []byte("b"), sessionStart())
	requireKind(t, engine.KindNotFound, err)
}

func sessionStaysEnded(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutUser(t.Context(), user(1, "a@example.com", engine.RoleAdmin)))
	s := session("one", 1)
	require.NoError(t, store.PutSession(t.Context(), s, nil))
	s.ExpiresAt = s.ExpiresAt.Add(time.Hour)
	require.NoError(t, store.PutSession(t.Context(), s, s.Hash), "it is prolonged")
	require.NoError(t, store.DeleteSession(t.Context(), s.Hash))
	requireKind(t, engine.KindNotFound, store.PutSession(t.Context(), s, s.Hash))
	_, _, err := store.Session(t.Context(), s.Hash, sessionStart())
	requireKind(t, engine.KindNotFound, err)
}

func tokenTests() []subtest {
	return []subtest{
		{"keeps every field", tokenKeepsEveryField},
		{"refuses a name that is taken", tokenNames},
		{"ends when it expires or is deleted", tokenEnds},
		{"notes its use once a minute", tokenUse},
		{"reads the change log in pages", auditPages},
	}
}

func token(n byte, name string) *engine.Token {
	return &engine.Token{
		ID: number(n), Name: name, Scope: engine.RoleEditor, Hash: []byte("hash of " + name), Last4: "abcd",
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func tokenKeepsEveryField(t *testing.T, store ConfigStore) {
	t.Helper()
	expires := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	b, a := token(1, "b"), token(2, "a")
	b.ExpiresAt = &expires
	require.NoError(t, store.PutToken(t.Context(), b))
	require.NoError(t, store.PutToken(t.Context(), a))
	list, err := store.Tokens(t.Context())
	require.NoError(t, err)
	require.Equal(t, []*engine.Token{a, b}, list)
}

func tokenNames(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutToken(t.Context(), token(1, "deploy")))
	taken := token(2, "deploy")
	taken.Hash = []byte("another")
	requireKind(t, engine.KindConflict, store.PutToken(t.Context(), taken))
	for _, change := range []func(*engine.Token){
		func(t *engine.Token) { t.Name = "" }, func(t *engine.Token) { t.ID = engine.ID{} },
		func(t *engine.Token) { t.Hash = nil }, func(t *engine.Token) { t.Scope = "root" },
	} {
		bad := token(3, "bad")
		change(bad)
		requireKind(t, engine.KindInvalid, store.PutToken(t.Context(), bad))
	}
}

func tokenEnds(t *testing.T, store ConfigStore) {
	t.Helper()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	tok := token(1, "deploy")
	expires := now.Add(time.Hour)
	tok.ExpiresAt = &expires
	require.NoError(t, store.PutToken(t.Context(), tok))
	got, err := store.TokenByHash(t.Context(), tok.Hash, now)
	require.NoError(t, err)
	require.Equal(t, tok.ID, got.ID)
	require.Equal(t, engine.RoleEditor, got.Scope)
	for _, at := range []time.Time{expires, expires.Add(time.Hour)} {
		_, err = store.TokenByHash(t.Context(), tok.Hash, at)
		requireKind(t, engine.KindNotFound, err)
	}
	_, err = store.TokenByHash(t.Context(), []byte("hash of"), now)
	requireKind(t, engine.KindNotFound, err)
	require.NoError(t, store.DeleteToken(t.Context(), tok.ID))
	requireKind(t, engine.KindNotFound, store.DeleteToken(t.Context(), tok.ID))
	_, err = store.TokenByHash(t.Context(), tok.Hash, now)
	requireKind(t, engine.KindNotFound, err)
}

func tokenUse(t *testing.T, store ConfigStore) {
	t.Helper()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	tok := token(1, "deploy")
	require.NoError(t, store.PutToken(t.Context(), tok))
	for _, step := range []struct{ use, noted time.Duration }{{0, 0}, {30 * time.Second, 0}, {time.Minute, time.Minute}, {119 * time.Second, time.Minute}} {
		_, err := store.TokenByHash(t.Context(), tok.Hash, now.Add(step.use))
		require.NoError(t, err)
		list, err := store.Tokens(t.Context())
		require.NoError(t, err)
		require.Equal(t, now.Add(step.noted), *list[0].LastUsed)
	}
}

func auditPages(t *testing.T, store ConfigStore) {
	t.Helper()
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	var want []engine.AuditEntry
	for i, action := range []string{"inbox.create", "rule.publish", "rule.delete", "user.create", "key.rotate"} {
		e := engine.AuditEntry{At: at.Add(time.Duration(i) * time.Second), Who: "ann", Action: action, Object: "o", Detail: "version 2"}
		require.NoError(t, store.Audit(t.Context(), e))
		want = append(want, e)
	}
	slices.Reverse(want)
	var got []engine.AuditEntry
	before := int64(0)
	for range 3 {
		page, err := store.AuditLog(t.Context(), engine.AuditQuery{Before: before}, 2)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), 2)
		got = append(got, page...)
		before = page[len(page)-1].Seq
	}
	require.Len(t, got, 5)
	for i := range got {
		require.Positive(t, got[i].Seq)
		got[i].Seq = 0
	}
	require.Equal(t, want, got)
	rest, err := store.AuditLog(t.Context(), engine.AuditQuery{Before: before}, 2)
	require.NoError(t, err)
	require.Empty(t, rest)
	require.NoError(t, store.Audit(t.Context(), engine.AuditEntry{Who: "bob", Action: "x"}))
	newest, err := store.AuditLog(t.Context(), engine.AuditQuery{}, 0)
	require.NoError(t, err)
	require.Len(t, newest, 6)
	require.False(t, newest[0].At.IsZero(), "the store knows the time")

	require.NoError(t, store.Audit(t.Context(), engine.AuditEntry{Who: "bob", Action: "rule.publish", Object: "Big_Orders", Detail: "100%"}))
	for _, tc := range []struct {
		of   engine.AuditQuery
		want int
	}{
		{engine.AuditQuery{Who: "bob"}, 2},
		{engine.AuditQuery{Who: "bo"}, 0},
		{engine.AuditQuery{Kind: "rule"}, 3},
		{engine.AuditQuery{Kind: "rule.publish"}, 0},
		{engine.AuditQuery{Text: "big_orders"}, 1},
		{engine.AuditQuery{Text: "g%o"}, 0},
		{engine.AuditQuery{Text: "0%"}, 1},
		{engine.AuditQuery{Who: "ann", Kind: "rule", Text: "VERSION 2"}, 2},
		{engine.AuditQuery{Kind: "rule", Before: newest[0].Seq}, 2},
	} {
		found, err := store.AuditLog(t.Context(), tc.of, 0)
		require.NoError(t, err)
		require.Len(t, found, tc.want, "%+v", tc.of)
	}
}

func invitationTests() []subtest {
	return []subtest{
		{"are used once", invitationUsed},
		{"end with their user and their time", invitationEnds},
		{"change the password only of a user who is there", invitationPassword},
	}
}

func invitation(n byte, email string) *engine.Invitation {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	return &engine.Invitation{
		ID: number(n), Hash: []byte{n}, Email: email, Name: "Ben", Role: engine.RoleEditor, InvitedBy: "ann@example.com",
		CreatedAt: at, ExpiresAt: at.Add(time.Hour),
	}
}

func invitationUsed(t *testing.T, store ConfigStore) {
	t.Helper()
	first, again := invitation(1, "ben@example.com"), invitation(2, "BEN@example.com")
	require.NoError(t, store.PutInvitation(t.Context(), first))
	require.NoError(t, store.PutInvitation(t.Context(), again))
	list, err := store.Invitations(t.Context(), again.CreatedAt)
	require.NoError(t, err)
	require.Equal(t, []*engine.Invitation{again}, list, "it takes the place of the earlier one")
	require.NoError(t, store.PutUser(t.Context(), user(9, "taken@example.com", engine.RoleAdmin)))
	requireKind(t, engine.KindConflict, store.AcceptInvitation(t.Context(), again.ID, user(1, "taken@example.com", engine.RoleEditor)))
	require.NoError(t, store.AcceptInvitation(t.Context(), again.ID, user(1, again.Email, engine.RoleEditor)), "a failure uses nothing up")
	_, err = store.UserByEmail(t.Context(), "ben@example.com")
	require.NoError(t, err)
	requireKind(t, engine.KindNotFound, store.AcceptInvitation(t.Context(), again.ID, user(2, "other@example.com", engine.RoleEditor)))
	requireKind(t, engine.KindNotFound, store.DeleteInvitation(t.Context(), again.ID))
}

func invitationEnds(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutUser(t.Context(), user(8, "root@example.com", engine.RoleAdmin)))
	require.NoError(t, store.PutUser(t.Context(), user(9, "ben@example.com", engine.RoleEditor)))
	i := invitation(1, "ben@example.com")
	i.UserID = number(9)
	require.NoError(t, store.PutInvitation(t.Context(), i))
	got, err := store.InvitationByHash(t.Context(), i.Hash, i.CreatedAt)
	require.NoError(t, err)
	require.Equal(t, i, got)
	_, err = store.InvitationByHash(t.Context(), i.Hash, i.ExpiresAt)
	requireKind(t, engine.KindNotFound, err)
	require.NoError(t, store.DeleteUser(t.Context(), number(9)))
	_, err = store.InvitationByHash(t.Context(), i.Hash, i.CreatedAt)
	requireKind(t, engine.KindNotFound, err)
}

func invitationPassword(t *testing.T, store ConfigStore) {
	t.Helper()
	require.NoError(t, store.PutUser(t.Context(), user(8, "root@example.com", engine.RoleAdmin)))
	ben := user(9, "ben@example.com", engine.RoleAdmin)
	require.NoError(t, store.PutUser(t.Context(), ben))
	i := invitation(1, ben.Email)
	i.UserID = ben.ID
	require.NoError(t, store.PutInvitation(t.Context(), i))
	read := *ben
	ben.Role, ben.Name = engine.RoleViewer, "Benjamin"
	require.NoError(t, store.PutUser(t.Context(), ben))
	read.PasswordHash = "$argon2id$new"
	require.NoError(t, store.AcceptInvitation(t.Context(), i.ID, &read))
	got, err := store.UserByEmail(t.Context(), ben.Email)
	require.NoError(t, err)
	ben.PasswordHash = "$argon2id$new"
	require.Equal(t, ben, got)
	require.Equal(t, ben, &read, "who accepts learns what is stored")
}
