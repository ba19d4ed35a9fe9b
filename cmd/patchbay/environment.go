package main

import (
	"os"
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

func environmentHas(name string) bool {
	_, ok := os.LookupEnv(name)
	return ok
}

// listed reads a flag of serve for a command that opens the database itself.
func listed(name string) []string {
	return strings.FieldsFunc(os.Getenv(name), func(r rune) bool { return r == ',' })
}
