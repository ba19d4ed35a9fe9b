// A disk that fails: preloaded into a program, it makes calls on its SQLite database
// fail as often as the control file says, and keeps a copy of what would be left on
// the platter if the power went now.
//
// The environment names the database (FAULTY_DATABASE), the control file
// (FAULTY_CONTROL, struct control) and the folder of the copies (FAULTY_PLATTER).
//
// The copies outlive the program: whoever wants to start from them puts them in place
// of the files. A sync that fails leaves its pages clean, as Linux does: a later sync
// that succeeds says nothing about them. They are lost until they are written again. As
// on Linux since 4.13 every descriptor of the file is told of the failure, by its next
// sync or by the one that is under way (errseq_t).
//
// Nobody writes while a sync copies to the platter: it would have to tell the pages
// and the length apart that changed meanwhile.
//
// What a program writes without SQLite does not come by here. It shows in the file's
// time, and then all that was lost counts as written again.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES (1 << 16) // of a file that are watched: 256 MiB
#define FILES 2         // the database and its log; their index is not kept
#define DESCRIPTORS 4096

enum { WRITE, CUT, SYNC_DATABASE, SYNC_LOG, READ, TRUNCATE, CALLS };

// What a page is. A clean one is on the platter as it is in the file.
enum { CLEAN, DIRTY, LOST };

struct control {
	int32_t permille[CALLS]; // how many calls of a thousand fail
	int32_t code[CALLS];     // the errno they fail with; a cut write writes half
	int32_t failed[CALLS];   // how many have failed
	struct timespec written[FILES]; // by calls that came by here
	uint8_t unused[PAGE - 3 * CALLS * sizeof(int32_t) - FILES * sizeof(struct timespec)];
	uint8_t page[FILES][PAGES];
};

static struct control *control;
static char database[PATH_MAX];
static int platter[FILES] = {-1, -1};
static int8_t watched[DESCRIPTORS]; // 1 + the number of the file, FILES + 1 for the index
static uint32_t failures[FILES];    // of syncs
static uint32_t told[DESCRIPTORS];  // of how many of them
static pthread_rwlock_t changing = PTHREAD_RWLOCK_INITIALIZER; // whoever copies has it alone

static int (*real_open)(const char *, int, ...);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_pread)(int, void *, size_t, off64_t);
static int (*real_fsync)(int);
static int (*real_truncate)(int, off64_t);

__attribute__((constructor)) static void begin(void) {
	real_open = dlsym(RTLD_NEXT, "open64");
	real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
	real_pread = dlsym(RTLD_NEXT, "pread64");
	real_fsync = dlsym(RTLD_NEXT, "fsync");
	real_truncate = dlsym(RTLD_NEXT, "ftruncate64");
	const char *path = getenv("FAULTY_CONTROL"), *named = getenv("FAULTY_DATABASE");
	int fd = path && named ? real_open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0 || strlen(named) >= sizeof database) abort();
	strcpy(database, named);
	control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (control == MAP_FAILED) abort();
	close(fd);
}

// fails draws whether a call on a file fails.
static int fails(int fd, int call) {
	static __thread unsigned seed;
	if (fd < 0 || fd >= DESCRIPTORS || !watched[fd] || !control->permille[call]) return 0;
	if (!seed) seed = (unsigned)(uintptr_t)&seed ^ (unsigned)getpid() ^ 1;
	if (rand_r(&seed) / 7 % 1000 >= control->permille[call]) return 0;
	__atomic_add_fetch(&control->failed[call], 1, __ATOMIC_RELAXED);
	errno = control->code[call];
	return 1;
}

// file is the number of the file behind a descriptor, -1 for all that are not copied.
static int file(int fd) {
	return fd >= 0 && fd < DESCRIPTORS && watched[fd] && watched[fd] <= FILES ? watched[fd] - 1 : -1;
}

// note keeps the time of a write that came by here.
static void note(int fd, int f) {
	struct stat st;
	if (fstat(fd, &st) != 0) abort();
	control->written[f] = st.st_mtim;
}

// become makes all pages of one state have another.
static void become(int f, uint8_t from, uint8_t to) {
	for (long n = 0; n < PAGES; n++)
		if (control->page[f][n] == from) control->page[f][n] = to;
}

// look looks for a write that did not come by here. It returns the length of the file.
static off_t look(int fd, int f) {
	struct stat st;
	if (fstat(fd, &st) != 0 || st.st_size > (off_t)PAGES * PAGE) abort();
	struct timespec *known = &control->written[f];
	if (known->tv_sec != st.st_mtim.tv_sec || known->tv_nsec != st.st_mtim.tv_nsec) become(f, LOST, DIRTY);
	*known = st.st_mtim;
	return st.st_size;
}

// copy puts the dirty pages of a file onto the platter. A page stays dirty until it is
// there: the program may be killed in between.
static void copy(int fd, int f) {
	char page[PAGE];
	off_t length = look(fd, f);
	for (long n = 0; n < PAGES; n++) {
		if (control->page[f][n] != DIRTY) continue;
		ssize_t size = real_pread(fd, page, PAGE, n * PAGE); // 0 behind the end
		if (size < 0 || real_pwrite(platter[f], page, size, n * PAGE) != size) abort();
		control->page[f][n] = CLEAN;
	}
	if (real_truncate(platter[f], length) != 0) abort();
}

// watch begins to look after a file of the database.
static void watch(int fd, const char *path) {
	static const char *const suffix[FILES + 1] = {"", "-wal", "-shm"};
	size_t length = strlen(database);
	if (fd < 0 || fd >= DESCRIPTORS) return;
	watched[fd] = 0;
	if (strncmp(path, database, length) != 0) return;
	for (int f = 0; f <= FILES; f++) {
		if (strcmp(path + length, suffix[f]) != 0) continue;
		pthread_rwlock_wrlock(&changing);
		if (f < FILES && platter[f] < 0) {
			char name[PATH_MAX];
			snprintf(name, sizeof name, "%s/%d", getenv("FAULTY_PLATTER"), f);
			int made = access(name, F_OK) != 0;
			platter[f] = real_open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
			if (platter[f] < 0) abort();
			if (made) { // what is there already is on the platter
				memset(control->page[f], DIRTY, PAGES);
				copy(fd, f);
			}
		}
		if (f < FILES) told[fd] = __atomic_load_n(&failures[f], __ATOMIC_SEQ_CST);
		watched[fd] = f + 1;
		pthread_rwlock_unlock(&changing);
	}
}

int open64(const char *path, int flags, ...) {
	va_list rest;
	va_start(rest, flags);
	mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	int fd = real_open(path, flags, mode);
	int code = errno;
	watch(fd, path);
	errno = code;
	return fd;
}

// mark makes the pages of a range dirty that is about to change.
static void mark(int f, off64_t from, off64_t to) {
	for (off64_t n = from / PAGE; n < PAGES && n * PAGE < to; n++) control->page[f][n] = DIRTY;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
	if (fails(fd, WRITE)) return -1;
	if (size > 1 && fails(fd, CUT)) size /= 2;
	int f = file(fd);
	if (f < 0) return real_pwrite(fd, data, size, at);
	pthread_rwlock_rdlock(&changing);
	mark(f, at, at + size);
	ssize_t done = real_pwrite(fd, data, size, at);
	note(fd, f);
	pthread_rwlock_unlock(&changing);
	return done;
}

ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
	if (fails(fd, READ)) return -1;
	return real_pread(fd, data, size, at);
}

int ftruncate64(int fd, off64_t size) {
	if (fails(fd, TRUNCATE)) return -1;
	int f = file(fd);
	if (f < 0) return real_truncate(fd, size);
	struct stat st;
	pthread_rwlock_rdlock(&changing);
	if (fstat(fd, &st) != 0) abort();
	if (st.st_size > size) mark(f, size, st.st_size); // the platter has what was there
	int failed = real_truncate(fd, size);
	note(fd, f);
	pthread_rwlock_unlock(&changing);
	return failed;
}

// tell fails a descriptor that has not been told of a failure yet, as long as the disk
// has not been mended.
static int tell(int fd, int f) {
	uint32_t now = __atomic_load_n(&failures[f], __ATOMIC_SEQ_CST);
	if (told[fd] == now) return 0;
	told[fd] = now;
	if (!control->permille[SYNC_DATABASE + f]) return 0;
	errno = EIO;
	return -1;
}

int fsync(int fd) {
	int f = file(fd);
	if (f >= 0 && fails(fd, SYNC_DATABASE + f)) {
		int code = errno;
		pthread_rwlock_wrlock(&changing); // nobody is told before the pages are lost: what is written after that is not
		__atomic_add_fetch(&failures[f], 1, __ATOMIC_SEQ_CST);
		look(fd, f);
		become(f, DIRTY, LOST);
		tell(fd, f);
		pthread_rwlock_unlock(&changing);
		errno = code;
		return -1;
	}
	int failed = real_fsync(fd);
	if (!failed && f >= 0) {
		pthread_rwlock_wrlock(&changing);
		copy(fd, f);
		failed = tell(fd, f);
		int code = errno;
		pthread_rwlock_unlock(&changing);
		errno = code;
	}
	return failed;
}

int fdatasync(int fd) { return fsync(fd); }
