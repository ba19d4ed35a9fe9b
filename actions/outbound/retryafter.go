package outbound

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const longestRetryAfter = 24 * time.Hour

// RetryAfter reads what a destination says about when to come back: seconds or a
// date, at most a day. 0 means that it says nothing.
func (c *Client) RetryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if !(seconds > 0) {
			return 0
		}
		if seconds >= longestRetryAfter.Seconds() {
			return longestRetryAfter
		}
		return time.Duration(seconds * float64(time.Second))
	}
	at, err := http.ParseTime(text)
	if err != nil || c.now == nil {
		return 0
	}
	return min(max(at.Sub(c.now()), 0), longestRetryAfter)
}
