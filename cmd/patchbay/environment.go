package main

import (
	"os"
	"os/user"
	"strings"

	"patchbay/engine"
)

// What is read from the environment beside the flags, which have their own
// PATCHBAY_… names, and beside the references of files that apply reads. Secrets are
// not flags: a command line can be seen by everybody on the machine.

func secretKey() string { return os.Getenv("PATCHBAY_SECRET_KEY") }

func passphrase() engine.Secret { return engine.Secret(os.Getenv("PATCHBAY_PASSPHRASE")) }

// firstAdmin is the administrator that the first start makes; email is "" when
// there is none.
func firstAdmin() (email string, password engine.Secret) {
	return os.Getenv("PATCHBAY_ADMIN_EMAIL"), engine.Secret(os.Getenv("PATCHBAY_ADMIN_PASSWORD"))
}

// tunnelUser is who a tunnel signs in as at its server, with whose files and agent. A
// machine without accounts has none; the name was given then, or the server refuses.
func tunnelUser(named string) (name, home, agent string) {
	name = named
	if me, err := user.Current(); err == nil {
		home = me.HomeDir
		if name == "" {
			name = me.Username
		}
	}
	if at, err := os.UserHomeDir(); err == nil {
		home = at
	}
	return name, home, os.Getenv("SSH_AUTH_SOCK")
}

// ngrokToken is the token of the account at ngrok, under the name that its own program
// reads as well; "" when there is none.
func ngrokToken() engine.Secret {
	return engine.Secret(strings.TrimSpace(os.Getenv("NGROK_AUTHTOKEN")))
}

// environmentValue reads the answer to an input of a recipe; an empty one is none.
func environmentValue(name string) (string, bool) {
	value := os.Getenv(name)
	return value, value != ""
}

func environmentHas(name string) bool {
	_, ok := os.LookupEnv(name)
	return ok
}

// listed reads a flag of serve for a command that opens the database itself.
func listed(name string) []string {
	return strings.FieldsFunc(os.Getenv(name), func(r rune) bool { return r == ',' })
}
