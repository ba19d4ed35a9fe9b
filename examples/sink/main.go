// Command sink stands in for the destinations of the first example, so that it can
// be tried without any account: an HTTP service that makes tickets, Slack's method
// chat.postMessage, and a mail server. It listens on loopback and prints what
// arrives.
//
//	POST http://127.0.0.1:9900/tickets               answers 201 {"id": "T-1"}
//	POST http://127.0.0.1:9900/api/chat.postMessage  answers as Slack does
//	SMTP 127.0.0.1:9925                              accepts every mail
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const maxBody = 1 << 20

func main() {
	web := flag.String("http", "127.0.0.1:9900", "address of the HTTP service and of Slack's API")
	mail := flag.String("smtp", "127.0.0.1:9925", "address of the mail server")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *web, *mail)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sink:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, web, mail string) error {
	var listen net.ListenConfig
	smtp, err := listen.Listen(ctx, "tcp", mail)
	if err != nil {
		return err
	}
	s := &sink{out: os.Stdout}
	server := &http.Server{Addr: web, Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	var wait sync.WaitGroup
	wait.Go(func() { serveMail(smtp, s.show) })
	wait.Go(func() {
		<-ctx.Done()
		_ = smtp.Close()   // the program ends
		_ = server.Close() // the program ends
	})
	fmt.Fprintf(s.out, "waiting for requests on http://%s and for mail on %s\n", web, mail)
	err = server.ListenAndServe()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	if err == nil {
		wait.Wait()
	}
	return err
}

type sink struct {
	mu      sync.Mutex
	out     io.Writer
	tickets atomic.Int64
	posts   atomic.Int64
}

// show prints one arrival.
func (s *sink) show(kind, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, "\n── %s\n%s\n", kind, text)
}

func (s *sink) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /tickets", func(w http.ResponseWriter, r *http.Request) {
		if !s.print(w, r, "HTTP request, key "+r.Header.Get("Idempotency-Key")) {
			return
		}
		answer(w, http.StatusCreated, map[string]any{"id": fmt.Sprintf("T-%d", s.tickets.Add(1))})
	})
	mux.HandleFunc("POST /api/auth.test", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"ok": true, "team": "Example", "user": "patchbay"})
	})
	mux.HandleFunc("POST /api/chat.postMessage", func(w http.ResponseWriter, r *http.Request) {
		if !s.print(w, r, "Slack message") {
			return
		}
		ts := fmt.Sprintf("%d.%06d", time.Now().Unix(), s.posts.Add(1))
		answer(w, http.StatusOK, map[string]any{"ok": true, "channel": "C0000000001", "ts": ts})
	})
	return mux
}

// print shows the body of a request; it is false when there is none to show.
func (s *sink) print(w http.ResponseWriter, r *http.Request, kind string) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return false
	}
	s.show(kind, string(body))
	return true
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone
}
