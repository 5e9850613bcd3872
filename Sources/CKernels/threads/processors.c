// Processors by affinity and by control group.
#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif

#include "processors.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static size_t allowed(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int count = CPU_COUNT(&set);
    if (count > 0) return (size_t)count;
  }
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (size_t)count : 1;
}

#if defined(__linux__)
enum { PATH_SIZE = 4096 };

// The first number of a file, and the second where there is one; how many there are. "max" is none.
static int numbers(const char *path, long *first, long *second) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return 0;
  int count = fscanf(file, "%ld %ld", first, second);
  fclose(file);
  return count;
}

// The processors that a control group has the time of, or `most`.
static size_t share_of(const char *folder, size_t most) {
  char quota_path[PATH_SIZE + 64], period_path[PATH_SIZE + 64];
  long quota, period, unused;
  snprintf(quota_path, sizeof quota_path, "%s/cpu.max", folder);  // cgroup v2: both, microseconds
  if (numbers(quota_path, &quota, &period) != 2) {
    snprintf(quota_path, sizeof quota_path, "%s/cpu.cfs_quota_us", folder);  // v1: -1 is no limit
    snprintf(period_path, sizeof period_path, "%s/cpu.cfs_period_us", folder);
    if (numbers(quota_path, &quota, &unused) != 1 || numbers(period_path, &period, &unused) != 1) {
      return most;
    }
  }
  if (quota <= 0 || period <= 0) return most;
  size_t share = (size_t)((quota + period - 1) / period);
  return share < most ? share : most;
}

// The least of a group's share and of those it is in. `path` begins with a slash; inside a container
// it may name folders that are not there, and the mount is the container's own group.
static size_t least_share(const char *mount, const char *path, size_t most) {
  char folder[PATH_SIZE];
  if ((size_t)snprintf(folder, sizeof folder, "%s%s", mount, path) >= sizeof folder) return most;
  for (;;) {
    most = share_of(folder, most);
    char *slash = strrchr(folder, '/');
    if (slash == NULL || (size_t)(slash - folder) < strlen(mount)) return most;
    *slash = 0;
  }
}

// Lines of /proc/self/cgroup are NUMBER:CONTROLLERS:PATH (cgroups(7)); version 2 has no controllers.
static size_t limited(size_t count) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  if (file == NULL) return share_of("/sys/fs/cgroup", count);
  char line[PATH_SIZE];
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (path == NULL || path[1] != '/') continue;
    *path++ = 0;
    controllers++;
    if (*controllers == 0) {
      count = least_share("/sys/fs/cgroup", path, count);
      continue;
    }
    char *rest = NULL;
    for (char *one = strtok_r(controllers, ",", &rest); one; one = strtok_r(NULL, ",", &rest)) {
      if (strcmp(one, "cpu") == 0) count = least_share("/sys/fs/cgroup/cpu", path, count);
    }
  }
  fclose(file);
  return count;
}
#endif

size_t vit_processors(void) {
#if defined(__linux__)
  return limited(allowed());
#else
  return allowed();
#endif
}
