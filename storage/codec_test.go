package storage

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCodec_GivesBackWhatItPacked(t *testing.T) {
	t.Parallel()
	c, err := newCodec()
	require.NoError(t, err)
	t.Cleanup(c.close)
	delivery, err := os.ReadFile("testdata/github-issues.json")
	require.NoError(t, err)
	for name, src := range map[string][]byte{
		"nothing": {}, "short": []byte("{}"), "text": []byte(strings.Repeat("a webhook ", 30)), "delivery": delivery,
		"as long as S2 goes": bytes.Repeat([]byte("0123456789abcdef"), maxShort/16), "longer": bytes.Repeat(delivery, 20),
	} {
		for how, pack := range map[string]func(dst, src []byte) []byte{"well": c.pack, "quickly": c.packQuickly} {
			packed := pack(nil, src)
			got, err := c.unpack(packed)
			require.NoError(t, err, "%s, %s", name, how)
			require.Equal(t, string(src), string(got), "%s, %s", name, how)
			require.LessOrEqual(t, len(packed), len(src)+1, "%s, %s", name, how)
		}
	}
	require.Less(t, len(c.packQuickly(nil, delivery)), len(delivery)/3)
}
