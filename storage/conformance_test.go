package storage_test

import (
	"testing"

	"patchbay/storage/storagetest"
)

func TestDB_IsAStore(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) storagetest.Store {
		t.Helper()
		return newInstance(t).open(t)
	})
}
