package verify_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

func TestNew_RefusesBadConfiguration(t *testing.T) {
	t.Parallel()
	shape := func(change func(*engine.HMACShape)) engine.Verify {
		s := &engine.HMACShape{Header: "X-Signature", Algorithm: "sha256", Encoding: "hex"}
		change(s)
		return engine.Verify{Scheme: "hmac", Secret: "secret", HMAC: s}
	}
	negative := engine.Duration(-1)
	tests := map[string]struct {
		v       engine.Verify
		field   string
		message string
	}{
		"unknown scheme":      {engine.Verify{Scheme: "gihtub"}, "verify.scheme", `did you mean "github"?`},
		"underscore":          {engine.Verify{Scheme: "standard_webhooks"}, "verify.scheme", `did you mean "standard-webhooks"?`},
		"capitals":            {engine.Verify{Scheme: "GitHub"}, "verify.scheme", `did you mean "github"?`},
		"nonsense":            {engine.Verify{Scheme: "qqqqqqqq"}, "verify.scheme", "use a provider's id"},
		"no secret":           {engine.Verify{Scheme: "github"}, "verify.secret", "set at GitHub"},
		"blank secret":        {engine.Verify{Scheme: "github", Secret: " \n\t"}, "verify.secret", "blank"},
		"empty in list":       {engine.Verify{Scheme: "github", Secret: "x", Secrets: []engine.Secret{"y", ""}}, "verify.secrets[1]", "blank"},
		"blank while pending": {engine.Verify{Scheme: "github", Secret: " ", Pending: true}, "verify.secret", "blank"},
		"not base64":          {engine.Verify{Scheme: "standard-webhooks", Secret: "whsec_!!!"}, "verify.secret", "cannot be decoded"},
		"base64 of nothing":   {engine.Verify{Scheme: "standard-webhooks", Secret: "whsec_"}, "verify.secret", "cannot be decoded"},
		"broken lines":        {engine.Verify{Scheme: "svix", Secret: "whsec_MfKQ\n9r8G"}, "verify.secret", "cannot be decoded"},
		"not hex":             {engine.Verify{Scheme: "adyen", Secrets: []engine.Secret{"xyz"}}, "verify.secrets[0]", "cannot be decoded as hex"},
		"discord key":         {engine.Verify{Scheme: "discord", Secret: "00ff"}, "verify.secret", "not a public key of Discord; it has 64"},
		"sendgrid key":        {engine.Verify{Scheme: "sendgrid", Secret: engine.Secret(anotherRSA)}, "verify.secret", "not a verification key of SendGrid; it begins with MFkw"},
		"paddle classic key":  {engine.Verify{Scheme: "paddle-classic", Secret: engine.Secret(anotherEC)}, "verify.secret", "not a public key of Paddle"},
		"postal key":          {engine.Verify{Scheme: "postal", Secrets: []engine.Secret{engine.Secret(anotherRSA), "x"}}, "verify.secrets[1]", "not a public key of Postal"},
		"sns topic":           {engine.Verify{Scheme: "aws-sns", Secret: "orders"}, "verify.secret", "not the ARN of a topic"},
		"paypal webhook":      {engine.Verify{Scheme: "paypal", Secret: "https://example.com"}, "verify.secret", "not the id of a webhook"},
		"pubsub account":      {engine.Verify{Scheme: "google-pubsub", Secret: "Push <push@example.com>"}, "verify.secret", "not a service account"},
		"adyen items":         {engine.Verify{Scheme: "adyen", Secret: "xyz"}, "verify.secret", "cannot be decoded as hex"},
		"blank key":           {engine.Verify{Scheme: "key", Key: " "}, "verify.key", "blank"},
		"no user name":        {engine.Verify{Scheme: "basic", Secret: "x"}, "verify.username", "user name"},
		"colon in user name":  {engine.Verify{Scheme: "basic", Username: "a:b", Secret: "x"}, "verify.username", "colon"},
		"no password":         {engine.Verify{Scheme: "basic", Username: "a"}, "verify.secret", "missing"},
		"no bearer token":     {engine.Verify{Scheme: "bearer"}, "verify.secret", "missing"},
		"no header":           {engine.Verify{Scheme: "header", Secret: "x"}, "verify.header", "X-Webhook-Token"},
		"bad header":          {engine.Verify{Scheme: "header", Header: "X Y", Secret: "x"}, "verify.header", "Name the header"},
		"bad address":         {engine.Verify{Scheme: "square", Secret: "x", URL: "hooks.example.com/in/x"}, "verify.url", "not an address"},
		"negative tolerance":  {engine.Verify{Scheme: "stripe", Secret: "x", Tolerance: &negative}, "verify.tolerance", "negative"},
		"no shape":            {engine.Verify{Scheme: "hmac", Secret: "x"}, "verify.hmac", "how the sender signs"},
		"shape: header":       {shape(func(s *engine.HMACShape) { s.Header = "" }), "verify.hmac.header", "Name the header"},
		"shape: algorithm":    {shape(func(s *engine.HMACShape) { s.Algorithm = "sha265" }), "verify.hmac.algorithm", `did you mean "sha256"?`},
		"shape: no algorithm": {shape(func(s *engine.HMACShape) { s.Algorithm = "" }), "verify.hmac.algorithm", "sha1, sha256, sha512"},
		"shape: encoding":     {shape(func(s *engine.HMACShape) { s.Encoding = "base32" }), "verify.hmac.encoding", "base64"},
		"shape: format":       {shape(func(s *engine.HMACShape) { s.Format = "csv" }), "verify.hmac.format", "single, kv, list"},
		"shape: unit":         {shape(func(s *engine.HMACShape) { s.Unit = "minutes" }), "verify.hmac.unit", "rfc3339"},
		"shape: key":          {shape(func(s *engine.HMACShape) { s.Key = "hex:0x" }), "verify.hmac.key", "no kind of key"},
		"shape: sigKeys":      {shape(func(s *engine.HMACShape) { s.Format = "kv" }), "verify.hmac.sigKeys", "Name the items"},
		"shape: timestamp":    {shape(func(s *engine.HMACShape) { s.Timestamp = "X-Time" }), "verify.hmac.timestamp", "header:NAME"},
		"shape: kv timestamp": {shape(func(s *engine.HMACShape) { s.Timestamp = "kv:t" }), "verify.hmac.timestamp", "format is kv"},
		"shape: time header":  {shape(func(s *engine.HMACShape) { s.Timestamp = "header:a b" }), "verify.hmac.timestamp", "name of a header"},
		"shape: token":        {shape(func(s *engine.HMACShape) { s.Message = "{boddy}" }), "verify.hmac.message", "no token {boddy}"},
		"shape: open token":   {shape(func(s *engine.HMACShape) { s.Message = "{body" }), "verify.hmac.message", "no token {body}"},
		"shape: loose time":   {shape(func(s *engine.HMACShape) { s.Timestamp = "header:X-Time" }), "verify.hmac.timestamp", "not part of the signed message"},
		"shape: no time":      {shape(func(s *engine.HMACShape) { s.Message = "{ts}.{body}" }), "verify.hmac.message", "timestamp does not say"},
		"shape: constant":     {shape(func(s *engine.HMACShape) { s.Message = "v0" }), "verify.hmac.message", "nothing of the request"},
		"shape: only secret":  {shape(func(s *engine.HMACShape) { s.Message = "{secret}" }), "verify.hmac.message", "nothing of the request"},
		"shape: header token": {shape(func(s *engine.HMACShape) { s.Message = "{h:}{body}" }), "verify.hmac.message", "no token {h:}"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := verify.New(tt.v)
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
			var e *engine.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.field, e.Field)
			require.Contains(t, e.Message, tt.message)
			require.NotContains(t, err.Error(), "\n", "one sentence for one fault")
		})
	}
}

func TestNew_ReportsAllFaultsTogether(t *testing.T) {
	t.Parallel()
	_, err := verify.New(engine.Verify{Scheme: "hmac", URL: "x", HMAC: &engine.HMACShape{}})
	for _, field := range []string{"verify.url", "verify.hmac.header", "verify.hmac.algorithm", "verify.hmac.encoding", "verify.secret"} {
		require.ErrorContains(t, err, field+": ")
	}
}

func TestVerify_WithoutASecretNobodyGetsIn(t *testing.T) {
	t.Parallel()
	for _, v := range []engine.Verify{
		{Scheme: "github", Pending: true},
		{Scheme: "basic", Username: "a", Pending: true},
		{Scheme: "bearer", Pending: true},
		{Scheme: "header", Header: "X-Token", Pending: true},
		{Scheme: "hmac", Pending: true, HMAC: &engine.HMACShape{Header: "X", Algorithm: "sha1", Encoding: "hex"}},
	} {
		reject(t, v, attempt{}.with("X-Token", "").with("Authorization", "Bearer "), "its secret is missing")
	}
	reject(t, engine.Verify{Scheme: "key"}, attempt{key: ""}, "has no secret")
	reject(t, engine.Verify{}, attempt{key: ""}, "has no secret")
	_, err := new(verify.Verifier).Verify(attempt{}.request())
	require.Equal(t, engine.KindUnauthorized, engine.KindOf(err))
}

func TestCredentials_NamesHeadersToHide(t *testing.T) {
	t.Parallel()
	base := []string{
		"authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token",
		"x-gitlab-token", "x-goog-channel-token", "x-hook-secret", "x-telegram-bot-api-secret-token",
	}
	tests := map[string]struct {
		v    engine.Verify
		want []string
	}{
		"none":                  {engine.Verify{Scheme: "none"}, base},
		"nothing":               {engine.Verify{}, base},
		"unknown":               {engine.Verify{Scheme: "nonsense"}, base},
		"github":                {engine.Verify{Scheme: "github"}, base},
		"gitlab":                {engine.Verify{Scheme: "gitlab", Pending: true}, base},
		"alias":                 {engine.Verify{Scheme: "google-drive"}, base},
		"header":                {engine.Verify{Scheme: "header", Header: "X-Zebra"}, append(slices.Clone(base), "x-zebra")},
		"okta":                  {engine.Verify{Scheme: "okta"}, base},
		"signature, not secret": {engine.Verify{Scheme: "microsoft-teams"}, base[1:]},
		"token":                 {engine.Verify{Scheme: "google-pubsub"}, base},
		"signature in the body": {engine.Verify{Scheme: "mailgun"}, base},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, verify.Credentials(tt.v))
		})
	}
}

func TestByKey_KnowsWhenTheAddressIsTheProof(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		v    engine.Verify
		want bool
	}{
		"nothing said":                 {engine.Verify{}, true},
		"key":                          {engine.Verify{Scheme: "key"}, true},
		"sender that signs nothing":    {engine.Verify{Scheme: "mailchimp"}, true},
		"with a password of its own":   {engine.Verify{Scheme: "postmark", Username: "u"}, false},
		"with a header of its own":     {engine.Verify{Scheme: "postmark", Header: "X-A"}, false},
		"sender that signs":            {engine.Verify{Scheme: "github"}, false},
		"none":                         {engine.Verify{Scheme: "none"}, false},
		"a scheme that does not exist": {engine.Verify{Scheme: "nonsense"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, verify.ByKey(tt.v))
		})
	}
}

func TestNew_TakesATimeThatIsSigned(t *testing.T) {
	t.Parallel()
	for _, s := range []engine.HMACShape{
		{Timestamp: "header:X-Time", Message: "{ts}.{body}"},
		{Timestamp: "header:X-Time", Message: "{h:x-time}.{body}"},
		{Timestamp: "json:sent.at", Message: "{body}"},
		{Timestamp: "json:sent.at", Message: "{j:sent.at}{url}"},
	} {
		s.Header, s.Algorithm, s.Encoding = "X-Signature", "sha256", "hex"
		_, err := verify.New(engine.Verify{Scheme: "hmac", Secret: "s3cret", HMAC: &s})
		require.NoError(t, err, s.Message)
	}
}
