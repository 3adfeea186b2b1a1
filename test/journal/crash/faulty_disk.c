/*
 * A disk that fails, for LD_PRELOAD. Writes below FAULT_DIR go through to the file, so that memory maps see them, and the old
 * content of every sector is kept until a sync makes the new one durable. A power cut puts back, sector by sector, what was not
 * durable, undoes names whose directory was not synced, and kills the process.
 *
 *   FAULT_DIR     folder that the disk holds
 *   FAULT_MODE    cut | eio | enospc | short: what happens at operation number FAULT_AT
 *   FAULT_AT      1, 2, ... counts writes, syncs and renames below FAULT_DIR; 0 never
 *   FAULT_SECTOR  512 or 4096: what a disk writes as a whole
 *   FAULT_KEEP    percent of the sectors that are not durable and survive a cut all the same
 *   FAULT_SEED    of the choice among them
 *   FAULT_LIE     1: a sync reports success and makes nothing durable, which tests must notice
 *
 * Opening FAULT_DIR/.power-cut cuts at once.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096
#define SECTOR_MAX 4096

struct sector {
  struct sector *next;
  off_t index;
  int is_lost;       /* a sync failed: the kernel thinks it clean, and only a new write makes it durable */
  ssize_t old_bytes; /* fewer than a sector at the old end of the file */
  char old[SECTOR_MAX];
};

struct file {
  struct file *next;
  dev_t device;
  ino_t inode;
  char path[PATH_MAX];
  off_t durable_size;
  struct sector *sectors;
};

struct name {
  struct name *next;
  char from[PATH_MAX]; /* empty: the file was created */
  char to[PATH_MAX];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *files;
static struct name *names; /* latest first, as they must be undone */
static struct file *file_of_fd[FDS];
static char is_sync_fd[FDS];
static char *directory_of_fd[FDS];
/* What a descriptor stood for: Node closes with a system call that no library sees, and the number soon stands for something else. */
static dev_t device_of_fd[FDS];
static ino_t inode_of_fd[FDS];
static char folder[PATH_MAX];
static const char *mode = "";
static long at, operations;
static off_t sector_bytes = 4096;
static int keep_percent, lies;
static unsigned long long random_state = 1;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_close)(int);
static int (*real_open)(const char *, int, ...);
static int (*real_rename)(const char *, const char *);

static const char *setting(const char *name, const char *fallback) {
  const char *value = getenv(name);
  return value == NULL ? fallback : value;
}

__attribute__((constructor)) static void start(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwritev = dlsym(RTLD_NEXT, "pwritev64");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_close = dlsym(RTLD_NEXT, "close");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_rename = dlsym(RTLD_NEXT, "rename");
  if (getenv("FAULT_DIR") == NULL || realpath(getenv("FAULT_DIR"), folder) == NULL) folder[0] = 0;
  mode = setting("FAULT_MODE", "");
  at = atol(setting("FAULT_AT", "0"));
  sector_bytes = atol(setting("FAULT_SECTOR", "4096"));
  keep_percent = atoi(setting("FAULT_KEEP", "0"));
  lies = atoi(setting("FAULT_LIE", "0"));
  random_state = strtoull(setting("FAULT_SEED", "1"), NULL, 10) * 2654435769u + 1;
}

static unsigned next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (unsigned)(random_state >> 33);
}

static int survives(void) { return (int)(next_random() % 100) < keep_percent; }

static void forget_descriptor(int fd) {
  file_of_fd[fd] = NULL;
  free(directory_of_fd[fd]);
  directory_of_fd[fd] = NULL;
}

/* Whether a descriptor is one that was watched when it was opened; called with the lock held. */
static int is_watched(int fd) {
  struct stat status;
  if (fd < 0 || fd >= FDS || (file_of_fd[fd] == NULL && directory_of_fd[fd] == NULL)) return 0;
  if (fstat(fd, &status) == 0 && status.st_dev == device_of_fd[fd] && status.st_ino == inode_of_fd[fd]) return 1;
  forget_descriptor(fd);
  return 0;
}

static void forget_sectors(struct file *file, off_t first, off_t last) {
  struct sector **link = &file->sectors;
  while (*link != NULL) {
    struct sector *sector = *link;
    if (sector->index < first || sector->index > last || sector->is_lost) {
      link = &sector->next;
      continue;
    }
    *link = sector->next;
    free(sector);
  }
}

static void make_durable(int fd, struct file *file) {
  struct stat status;
  if (lies) return;
  forget_sectors(file, 0, LLONG_MAX);
  if (fstat(fd, &status) == 0) file->durable_size = status.st_size;
}

/* Keeps what the sectors of a write hold before it. */
static void keep_old(struct file *file, off_t offset, size_t bytes) {
  int fd = real_open(file->path, O_RDONLY | O_CLOEXEC);
  for (off_t index = offset / sector_bytes; fd >= 0 && index * sector_bytes < offset + (off_t)bytes; index++) {
    struct sector *sector = file->sectors;
    while (sector != NULL && sector->index != index) sector = sector->next;
    if (sector != NULL) {
      sector->is_lost = 0;
      continue;
    }
    sector = calloc(1, sizeof *sector);
    sector->index = index;
    sector->old_bytes = pread(fd, sector->old, (size_t)sector_bytes, index * sector_bytes);
    if (sector->old_bytes < 0) sector->old_bytes = 0;
    sector->next = file->sectors;
    file->sectors = sector;
  }
  if (fd >= 0) real_close(fd);
}

static void undo_writes(struct file *file) {
  int fd = real_open(file->path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  off_t end = file->durable_size;
  for (struct sector *sector = file->sectors; sector != NULL; sector = sector->next) {
    off_t offset = sector->index * sector_bytes;
    if (survives()) {
      if (offset + sector_bytes > end) end = offset + sector_bytes;
      continue;
    }
    char old[SECTOR_MAX] = {0};
    memcpy(old, sector->old, (size_t)sector->old_bytes);
    if (real_pwrite(fd, old, (size_t)sector_bytes, offset) < 0) abort();
  }
  struct stat status;
  if (fstat(fd, &status) == 0 && status.st_size > end && ftruncate(fd, end) != 0) abort();
  real_close(fd);
}

static void power_cut(void) {
  for (struct file *file = files; file != NULL; file = file->next) undo_writes(file);
  for (struct name *name = names; name != NULL; name = name->next) {
    if (survives()) continue;
    if (name->from[0] != 0)
      real_rename(name->to, name->from);
    else
      unlink(name->to);
  }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Counts an operation; nonzero when it must fail with errno set, or be short (-2). */
static int fault(void) {
  if (++operations != at) return 0;
  if (strcmp(mode, "cut") == 0) power_cut();
  if (strcmp(mode, "short") == 0) return -2;
  errno = strcmp(mode, "enospc") == 0 ? ENOSPC : EIO;
  return -1;
}


static void watch(const char *path, int fd, int flags, int is_new) {
  char resolved[PATH_MAX];
  struct stat status;
  if (fd < 0 || fd >= FDS) return;
  forget_descriptor(fd);
  if (folder[0] == 0 || realpath(path, resolved) == NULL || fstat(fd, &status) != 0) return;
  device_of_fd[fd] = status.st_dev;
  inode_of_fd[fd] = status.st_ino;
  if (S_ISDIR(status.st_mode)) {
    directory_of_fd[fd] = strdup(resolved);
    return;
  }
  if (strncmp(resolved, folder, strlen(folder)) != 0) return;
  int is_new_inode = 0;
  struct file *file = files;
  while (file != NULL && (file->device != status.st_dev || file->inode != status.st_ino)) file = file->next;
  if (file == NULL) {
    file = calloc(1, sizeof *file);
    file->device = status.st_dev;
    file->inode = status.st_ino;
    file->next = files;
    files = file;
    is_new_inode = 1;
  }
  /* A new file may have the number of one that was removed, and nothing of its past. */
  if (is_new || is_new_inode) {
    forget_sectors(file, 0, LLONG_MAX);
    file->durable_size = status.st_size;
  }
  strcpy(file->path, resolved);
  file_of_fd[fd] = file;
  is_sync_fd[fd] = (flags & O_DSYNC) != 0;
  if (is_new) {
    struct name *name = calloc(1, sizeof *name);
    strcpy(name->to, resolved);
    name->next = names;
    names = name;
  }
}

static int open_watched(const char *path, int flags, mode_t permissions) {
  pthread_mutex_lock(&lock);
  const char *base = strrchr(path, '/');
  if (base != NULL && strcmp(base, "/.power-cut") == 0) power_cut();
  int is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  int fd = real_open(path, flags, permissions);
  watch(path, fd, flags, is_new);
  pthread_mutex_unlock(&lock);
  return fd;
}

#define OPEN(name)                                      \
  int name(const char *path, int flags, ...) {          \
    va_list arguments;                                  \
    va_start(arguments, flags);                         \
    mode_t permissions = va_arg(arguments, mode_t);     \
    va_end(arguments);                                  \
    return open_watched(path, flags, permissions);      \
  }
OPEN(open)
OPEN(open64)

/* What glibc's checked headers make of an open without permissions. */
int __open_2(const char *path, int flags) { return open_watched(path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_watched(path, flags, 0); }

int close(int fd) {
  pthread_mutex_lock(&lock);
  if (fd >= 0 && fd < FDS) forget_descriptor(fd);
  int result = real_close(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

/* A write at an offset, or at the end of what was written (-1). */
static ssize_t write_watched(int fd, const struct iovec *parts, int count, off_t offset) {
  struct file *file = file_of_fd[fd];
  off_t position = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR);
  size_t bytes = 0;
  for (int index = 0; index < count; index++) bytes += parts[index].iov_len;
  keep_old(file, position, bytes);
  int failure = fault();
  if (failure == -1) return -1;
  struct iovec half = {parts[0].iov_base, parts[0].iov_len / 2};
  if (failure == -2) {
    parts = &half;
    count = 1;
  }
  ssize_t written = offset >= 0 ? real_pwritev(fd, parts, count, offset) : real_writev(fd, parts, count);
  if (written > 0 && is_sync_fd[fd] && !lies) {
    forget_sectors(file, position / sector_bytes, (position + written - 1) / sector_bytes);
    if (position + written > file->durable_size) file->durable_size = position + written;
  }
  return written;
}

/* What the disk makes of a write, or NOT_OURS for a descriptor of another. */
#define NOT_OURS (-2)
static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t offset) {
  pthread_mutex_lock(&lock);
  ssize_t written = is_watched(fd) && file_of_fd[fd] != NULL ? write_watched(fd, parts, count, offset) : NOT_OURS;
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return written;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) {
  ssize_t written = write_parts(fd, parts, count, offset);
  return written == NOT_OURS ? real_pwritev(fd, parts, count, offset) : written;
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return pwritev64(fd, parts, count, offset);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  ssize_t written = write_parts(fd, parts, count, -1);
  return written == NOT_OURS ? real_writev(fd, parts, count) : written;
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) {
  struct iovec part = {(void *)bytes, size};
  ssize_t written = write_parts(fd, &part, 1, offset);
  return written == NOT_OURS ? real_pwrite(fd, bytes, size, offset) : written;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return pwrite64(fd, bytes, size, offset); }
ssize_t write(int fd, const void *bytes, size_t size) {
  struct iovec part = {(void *)bytes, size};
  ssize_t written = write_parts(fd, &part, 1, -1);
  return written == NOT_OURS ? real_write(fd, bytes, size) : written;
}

static void forget_names_of(const char *directory) {
  struct name **link = &names;
  size_t length = strlen(directory);
  while (*link != NULL) {
    struct name *name = *link;
    int inside = strncmp(name->to, directory, length) == 0 && strrchr(name->to, '/') == name->to + length;
    if (inside && !lies)
      *link = name->next;
    else
      link = &name->next;
  }
}

static int sync_watched(int fd, int (*sync)(int)) {
  pthread_mutex_lock(&lock);
  if (!is_watched(fd)) {
    pthread_mutex_unlock(&lock);
    return sync(fd);
  }
  struct file *file = file_of_fd[fd];
  char *directory = directory_of_fd[fd];
  int failure = fault();
  int error = errno;
  for (struct sector *sector = file == NULL || failure == 0 ? NULL : file->sectors; sector != NULL; sector = sector->next)
    sector->is_lost = 1;
  if (failure == 0 && file != NULL) make_durable(fd, file);
  if (failure == 0 && directory != NULL) forget_names_of(directory);
  pthread_mutex_unlock(&lock);
  errno = error;
  return failure == 0 ? 0 : -1;
}

int fsync(int fd) { return sync_watched(fd, real_fsync); }
int fdatasync(int fd) { return sync_watched(fd, real_fdatasync); }

int rename(const char *from, const char *to) {
  char resolved[PATH_MAX], source[PATH_MAX];
  pthread_mutex_lock(&lock);
  int is_ours = folder[0] != 0 && realpath(from, source) != NULL && strncmp(source, folder, strlen(folder)) == 0;
  int failure = is_ours ? fault() : 0;
  int result = failure == 0 ? real_rename(from, to) : -1;
  if (is_ours && result == 0 && realpath(to, resolved) != NULL) {
    struct name *name = calloc(1, sizeof *name);
    strcpy(name->from, source);
    strcpy(name->to, resolved);
    name->next = names;
    names = name;
    for (struct file *file = files; file != NULL; file = file->next)
      if (strcmp(file->path, source) == 0) strcpy(file->path, resolved);
  }
  pthread_mutex_unlock(&lock);
  return result;
}
