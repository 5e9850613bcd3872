#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif

#include "processors.h"

#include <stdio.h>
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

size_t vit_processors(void) {
  size_t count = allowed();
#if defined(__linux__)
  // "QUOTA PERIOD" in microseconds, or "max PERIOD".
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
  if (file != NULL) {
    unsigned long quota, period;
    if (fscanf(file, "%lu %lu", &quota, &period) == 2 && quota > 0 && period > 0) {
      size_t share = (quota + period - 1) / period;
      count = share < count ? share : count;
    }
    fclose(file);
  }
#endif
  return count;
}
