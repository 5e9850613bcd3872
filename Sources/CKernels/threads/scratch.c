// Memory that a thread keeps from call to call, so that the steady state allocates nothing.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../include/threads.h"

typedef struct {
  void *memory[VIT_SCRATCH_SLOTS];
  size_t bytes[VIT_SCRATCH_SLOTS];
} scratch;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void release(void *pointer) {
  scratch *all = pointer;
  for (int slot = 0; slot < VIT_SCRATCH_SLOTS; slot++) free(all->memory[slot]);
  free(all);
}

static void make_key(void) {
  if (pthread_key_create(&key, release) != 0) abort();
}

static void out_of_memory(size_t bytes) {
  dprintf(STDERR_FILENO, "out of memory: %zu bytes of working memory cannot be had\n", bytes);
  abort();
}

void *vit_scratch(int slot, size_t bytes) {
  pthread_once(&once, make_key);
  scratch *all = pthread_getspecific(key);
  if (all == NULL) {
    all = calloc(1, sizeof *all);
    if (all == NULL || pthread_setspecific(key, all) != 0) out_of_memory(sizeof *all);
  }
  if (all->bytes[slot] < bytes) {
    free(all->memory[slot]);
    all->memory[slot] = NULL;
    all->bytes[slot] = 0;
    // An eighth more than asked, so that slowly growing batches do not allocate each time.
    size_t size = (bytes + bytes / 8 + 4095) & ~(size_t)4095;
    if (posix_memalign(&all->memory[slot], 64, size) != 0) out_of_memory(size);
    all->bytes[slot] = size;
  }
  return all->memory[slot];
}
