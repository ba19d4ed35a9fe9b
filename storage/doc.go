// Package storage keeps everything of an instance in one SQLite file: what was
// received, what came of it, and the configuration. It implements the ports of
// package engine on [DB].
//
// Every write goes through the journal: one goroutine that owns the only write
// connection, gathers what waits while the last commit ran, and answers after the
// next one. The operations of the hot path (accept, route, settle, claim) are
// prepared statements; everything else is GORM, in a transaction of its own.
//
// Decisions that the contract leaves open:
//
//   - One counter gives the numbers of events, runs and changes of runs, inside the
//     commit. It is reserved in blocks, so numbers have gaps after a restart.
//   - A run is created with the number of its first change; that number orders
//     lists of runs, so that a page does not move while runs go on.
//   - Between one change of a run and the next nothing is kept of the first: the
//     live stream tells that a run changed, not how often.
//   - Held and rejected events are kept as long as matched ones, duplicates as long
//     as unmatched ones.
//   - The text search over bodies stops after two seconds and says how far it got.
//   - Bodies are compressed with zstd; values below 1 KiB with S2, for which zstd's
//     tables cost ten times as much and save a sixth. A byte in front tells which.
//   - Pages have 8 KiB, because a usual compressed body is a little over 2 KiB.
//   - Of requests whose sender proved nothing an inbox holds 10,000 or 100 MiB at
//     most; beyond that they are refused as when the disk is full, so that their
//     senders come again. They are not counted, as all that are answered 503.
//   - Deleting a held event counts as rejecting it; an event that waits for its rules
//     is not deleted.
//   - Publishing what equals the current version but for Enabled and Managed makes no
//     version. Versions outlive their rule, and a later rule of the same id goes on
//     counting them, because runs name them.
//   - An inbox whose secrets cannot be decrypted has its check unfinished: requests
//     are held. A connection in that state is refused to steps.
//   - A new password ends the user's sessions.
//   - A restored database does nothing that the original may have done since the
//     backup: unfinished runs are held until ReleaseRestored, unjudged events until
//     their inbox is released.
package storage
