package fields_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

func TestReadChip_TakesApartWhatPeopleMake(t *testing.T) {
	t.Parallel()
	e, friend := rules.New(rules.Options{}), "friend"
	scope := rules.Scope{InSteps: true, Steps: []string{"post", "later"}, Item: true}
	for source, want := range map[string]fields.Chip{
		" payload.customer.firstName ":              {Label: "Customer › First name", State: fields.ChipHere, Type: fields.Text, Value: "Ada"},
		`payload?.customer["odd key"]`:              {Label: "Customer › Odd key", State: fields.ChipHere, Type: fields.Text, Value: "x"},
		`upper(payload.customer.firstName)`:         {Label: "Customer › First name", Function: "upper", State: fields.ChipHere, Type: fields.Text, Value: "ADA"},
		`join(payload.customer.tags, ", ") ?? "-"`:  {Label: "Customer › Tags", Function: "join", Args: []any{", "}, Default: new("-"), State: fields.ChipHere, Type: fields.Text, Value: "vip"},
		`truncate(payload.total_price, 3)`:          {Label: "Total price", Function: "truncate", Args: []any{int64(3)}, State: fields.ChipHere, Type: fields.Text, Value: "64…"},
		`payload.custmer.email ?? "friend"`:         {Label: "Custmer › Email", Default: &friend, State: fields.ChipMissing, Type: fields.Text, Value: "friend"},
		`payload.note`:                              {Label: "Note", State: fields.ChipEmpty, Type: fields.Any},
		`payload.customer`:                          {Label: "Customer", State: fields.ChipHere, Type: fields.Object, Value: "4 fields"},
		`steps.post.status`:                         {Label: "Step post › Status", State: fields.ChipHere, Type: fields.Number, Value: "200"},
		`steps.later.id`:                            {Label: "Step later › ID", State: fields.ChipWaiting, Type: fields.Any},
		`item.sku`:                                  {Label: "SKU", State: fields.ChipWaiting, Type: fields.Any},
		`payload.id + 1`:                            {State: fields.ChipHere, Type: fields.Number, Value: "1002"},
		`upper(lower(payload.customer.firstName))`:  {State: fields.ChipHere, Type: fields.Text, Value: "ADA"},
		`truncate(payload.total_price, payload.id)`: {State: fields.ChipHere, Type: fields.Text, Value: "640.00"},
		`payload.customer.phone ?? payload.id`:      {State: fields.ChipHere, Type: fields.Number, Value: "1001"},
	} {
		got, err := fields.ReadChip(t.Context(), e, source, scope, sample())
		require.NoError(t, err, source)
		if want.State == fields.ChipMissing {
			require.Equal(t, "payload.customer.email", got.Instead.String(), source)
		}
		require.Equal(t, want.Label != "", got.Field.Root != "", source)
		got.Field, got.Instead = rules.Path{}, rules.Path{}
		require.Equal(t, want, got, source)
	}
}

func TestReadChip_CutsWhatIsLongAndRefusesWhatIsBroken(t *testing.T) {
	t.Parallel()
	e, env := rules.New(rules.Options{}), sample()
	env.Payload = map[string]any{"long": strings.Repeat("x\u202e", 50_000)}
	got, err := fields.ReadChip(t.Context(), e, "payload.long", rules.Scope{}, env)
	require.NoError(t, err)
	require.LessOrEqual(t, len(got.Value), 100)
	require.NotContains(t, got.Value, "\u202e")
	_, err = fields.ReadChip(t.Context(), e, "paylod.x", rules.Scope{}, env)
	require.ErrorContains(t, err, "payload")
}
