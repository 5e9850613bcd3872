#include "include/CFreedMemory.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#include <string.h>

enum {
  KEPT_BYTES = 16 << 20,
  // What is larger is mapped for itself, and given back when it is freed.
  HEAP_BYTES = 8 << 20,
};

static int environment_decides(void) {
  const char *tunables = getenv("GLIBC_TUNABLES");
  return getenv("MALLOC_TRIM_THRESHOLD_") != NULL || getenv("MALLOC_MMAP_THRESHOLD_") != NULL
    || (tunables != NULL && strstr(tunables, "glibc.malloc.") != NULL);
}

void vit_keep_freed_memory(void) {
  if (environment_decides()) return;
  mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
  mallopt(M_MMAP_THRESHOLD, HEAP_BYTES);
}
#else
void vit_keep_freed_memory(void) {}
#endif
