package ingest_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestHandshake_DiscordIsAnsweredWhenItsKeyFits(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	_, other, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	b := setup(t, &engine.Inbox{Name: "discord", Verify: engine.Verify{Scheme: "discord", Secret: engine.Secret(hex.EncodeToString(public))}})
	send := func(key ed25519.PrivateKey, body string) response {
		ts := strconv.FormatInt(b.now.Load().Unix(), 10)
		return b.send(http.MethodPost, "/in/discord", []byte(body), "Content-Type", "application/json",
			"X-Signature-Timestamp", ts, "X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, []byte(ts+body))))
	}
	const interaction, event = `{"id":"1","application_id":"2","type":1,"token":"t","version":1}`, `{"version":1,"application_id":"2","type":0}`
	require.Equal(t, http.StatusUnauthorized, send(other, interaction).status, "Discord tries that too")
	got := send(private, interaction)
	require.Equal(t, http.StatusOK, got.status)
	require.JSONEq(t, `{"type":1}`, got.body)
	require.Equal(t, []string{jsonType}, got.header.Values("Content-Type"))
	got = send(private, event)
	require.Equal(t, http.StatusNoContent, got.status)
	require.Empty(t, got.body)
	require.EqualValues(t, 2, b.handler.Handshakes(t.Context(), "discord").Answered)
	require.Zero(t, b.ledger("discord").Accepted)
	genuine := send(private, `{"version":1,"application_id":"2","type":1,"event":{"type":"APPLICATION_AUTHORIZED","timestamp":"2026-11-21T12:00:00","data":{}}}`)
	require.Less(t, genuine.status, 300)
	require.EqualValues(t, 1, b.ledger("discord").Accepted, "an event is one")
}

const (
	snsTopic   = "arn:aws:sns:eu-west-1:123456789012:orders"
	snsFile    = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
	snsConfirm = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + snsTopic + "&Token=2336"
)

// amazon publishes a certificate, and signs messages with its key.
func (b *bundle) amazon() func(fields map[string]string) []byte {
	b.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(b.t, err)
	at := *b.now.Load()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sns.amazonaws.com"}, NotBefore: at.Add(-time.Hour), NotAfter: at.Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(b.t, err)
	root, err := x509.ParseCertificate(der)
	require.NoError(b.t, err)
	b.fetched.roots.AddCert(root)
	b.published = func(address string) ([]byte, error) {
		if address != snsFile {
			return nil, engine.Unavailable(nil, "There is no %s.", address)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
	}
	return func(fields map[string]string) []byte {
		message := map[string]string{
			"Type": "SubscriptionConfirmation", "MessageId": "m-1", "TopicArn": snsTopic, "Message": "You have chosen to subscribe.", "Token": "2336",
			"SubscribeURL": snsConfirm, "Timestamp": at.Format("2006-01-02T15:04:05.000Z"), "SignatureVersion": "2", "SigningCertURL": snsFile,
		}
		maps.Copy(message, fields)
		var text strings.Builder
		for _, name := range []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"} {
			text.WriteString(name + "\n" + message[name] + "\n")
		}
		sum := sha256.Sum256([]byte(text.String()))
		seal, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		require.NoError(b.t, err)
		message["Signature"] = base64.StdEncoding.EncodeToString(seal)
		body, err := json.Marshal(message)
		require.NoError(b.t, err)
		return body
	}
}

func TestHandshake_AmazonsSubscriptionIsConfirmedOnceItsSignatureFits(t *testing.T) {
	t.Parallel()
	b := setup(t, &engine.Inbox{Name: "sns", Verify: engine.Verify{Scheme: "aws-sns", Secret: snsTopic}})
	message := b.amazon()
	send := func(body []byte) int {
		return b.send(http.MethodPost, "/in/sns", body, "Content-Type", "text/plain; charset=UTF-8", "x-amz-sns-message-type", "SubscriptionConfirmation").status
	}
	forged := []byte(strings.Replace(string(message(nil)), "Token=2336", "Token=2337", 1))
	require.Equal(t, http.StatusUnauthorized, send(forged))
	require.Equal(t, http.StatusUnauthorized, send(message(map[string]string{"TopicArn": "arn:aws:sns:eu-west-1:123456789012:other"})), "anybody can have a topic")
	require.Empty(t, b.fetched.urls)

	for _, address := range []string{"http://sns.eu-west-1.amazonaws.com/?a", "https://sns.evil.com/?a", "https://169.254.169.254/", "https://x@sns.eu-west-1.amazonaws.com/"} {
		require.Equal(t, http.StatusForbidden, send(message(map[string]string{"SubscribeURL": address})), address)
	}
	require.Empty(t, b.fetched.urls, "even a signed message sends us nowhere else")

	require.Equal(t, http.StatusOK, send(message(nil)))
	require.Equal(t, []string{snsConfirm}, b.fetched.urls)
	b.fetched.fail = errors.New("no route to host")
	require.Equal(t, http.StatusServiceUnavailable, send(message(nil)), "Amazon comes again")
	require.Zero(t, b.ledger("sns").Accepted)
	require.EqualValues(t, 1, b.handler.Handshakes(t.Context(), "sns").Answered)
}
