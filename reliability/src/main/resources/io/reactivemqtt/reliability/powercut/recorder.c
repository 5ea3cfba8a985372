/*
 * Writes down, in order, what a program does to the files of the directory that POWER_CUT_DIRECTORY names, into the file that
 * POWER_CUT_RECORD names: what is written, cut off, made, deleted, renamed, and what the disk was asked to keep. SQLite's index of
 * its log, -shm, is memory.
 *
 * A record is its kind, the length of the name, the offset or size, the length of the data, then the name and the data; the machine's
 * order of bytes. A lock keeps the records in the order of the effects. System calls, so that nothing of libc is needed to get there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct __attribute__((packed)) head {
    uint8_t kind;
    uint16_t name_length;
    uint64_t offset;
    uint32_t data_length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Returns the name of a file in the directory, the empty name for the directory itself, NULL for any other. */
static const char *name_in_directory(const char *path) {
    const char *directory = getenv("POWER_CUT_DIRECTORY");
    size_t length = directory == NULL ? 0 : strlen(directory);
    if (length == 0 || strncmp(path, directory, length) != 0 || (path[length] != '/' && path[length] != '\0')) {
        return NULL;
    }
    const char *name = path[length] == '\0' ? "" : path + length + 1;
    size_t name_length = strlen(name);
    return name_length >= 4 && strcmp(name + name_length - 4, "-shm") == 0 ? NULL : name;
}

static const char *name_of(int fd, char path[PATH_MAX]) {
    char link[64];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    errno = before;
    if (length <= 0) {
        return NULL;
    }
    path[length] = '\0';
    return name_in_directory(path);
}

static void record(char kind, const char *name, uint64_t offset, const void *data, size_t length) {
    static int to = -1;
    struct head head = {(uint8_t)kind, (uint16_t)strlen(name), offset, (uint32_t)length};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)name, strlen(name)}, {(void *)data, length}};
    size_t whole = sizeof head + strlen(name) + length;
    if (to < 0) {
        to = (int)syscall(SYS_openat, AT_FDCWD, getenv("POWER_CUT_RECORD"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    if (syscall(SYS_writev, to, parts, 3) != (ssize_t)whole) {
        abort(); /* a record with a gap would be believed */
    }
}

static ssize_t written(int fd, const void *data, size_t length, off_t at) {
    char path[PATH_MAX];
    const char *name = name_of(fd, path);
    if (name == NULL) {
        return at < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, at);
    }
    pthread_mutex_lock(&lock);
    off_t from = at;
    if (at < 0) {
        struct stat file;
        int appends = (syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND) != 0;
        from = appends && fstat(fd, &file) == 0 ? file.st_size : syscall(SYS_lseek, fd, 0, SEEK_CUR);
    }
    ssize_t done = at < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, at);
    if (done > 0) {
        record('W', name, (uint64_t)from, data, (size_t)done);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return written(fd, data, length, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return written(fd, data, length, at); }

static int synced(int fd, long call) {
    char path[PATH_MAX];
    const char *name = name_of(fd, path);
    if (name == NULL) {
        return (int)syscall(call, fd);
    }
    pthread_mutex_lock(&lock);
    int done = (int)syscall(call, fd);
    if (done == 0) {
        record('S', name, 0, "", 0);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

static int truncated(int fd, off_t size) {
    char path[PATH_MAX];
    const char *name = name_of(fd, path);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (done == 0 && name != NULL) {
        record('T', name, (uint64_t)size, "", 0);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t size) { return truncated(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size); }

static int opened(const char *path, int flags, mode_t mode) {
    const char *name = (flags & (O_CREAT | O_TRUNC)) == 0 ? NULL : name_in_directory(path);
    if (name == NULL) {
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    }
    pthread_mutex_lock(&lock);
    int is_new = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd >= 0 && is_new) {
        record('C', name, 0, "", 0);
    } else if (fd >= 0 && (flags & O_TRUNC) != 0) {
        record('T', name, 0, "", 0);
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

#define OPEN(function)                                   \
    int function(const char *path, int flags, ...) {     \
        va_list more;                                    \
        va_start(more, flags);                           \
        mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0; \
        va_end(more);                                    \
        return opened(path, flags, mode);                \
    }
OPEN(open)
OPEN(open64)

int unlink(const char *path) {
    const char *name = name_in_directory(path);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0 && name != NULL) {
        record('U', name, 0, "", 0);
    }
    pthread_mutex_unlock(&lock);
    return done;
}
