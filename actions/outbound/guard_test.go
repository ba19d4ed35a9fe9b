package outbound

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// The second look, by the dialer itself, cannot be reached from outside as long as
// the first one works.
func TestRecheck_LooksAtTheAddressThatIsDialled(t *testing.T) {
	t.Parallel()
	c, err := New(Options{Allow: []string{"10.0.0.0/8", "127.0.0.1:80"}})
	require.NoError(t, err)
	for address, want := range map[string]error{
		"93.184.216.34:80":      nil,
		"10.1.2.3:80":           nil,
		"127.0.0.1:80":          nil,
		"[::ffff:127.0.0.1]:80": nil,
		"127.0.0.2:80":          errPrivate,
		"[::1]:80":              errPrivate,
		"169.254.169.254:80":    errPrivate,
		"[fe80::1%eth0]:80":     errPrivate,
		"name:80":               errSpelling,
	} {
		require.ErrorIs(t, c.recheck(address, target{host: "example.com", port: "80"}), want, address)
	}
	_, err = c.Dial(t.Context(), "tcp", net.JoinHostPort("127.0.0.2", "80"))
	require.ErrorIs(t, err, errPrivate)
}
