#include "CAllocationPeak.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// Of the address sanitiser (`sanitizer/allocator_interface.h`).
int __sanitizer_install_malloc_and_free_hooks(
  void (*malloc_hook)(const volatile void *, size_t), void (*free_hook)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *block);

// Blocks of at least so many bytes are counted by their pages that were written to: a codec reserves
// the window that a file tells of, and costs no more memory than it uses of that.
enum { LARGE = 1 << 20, MOST_LARGE = 64 };

typedef struct {
  uintptr_t start;
  size_t size;
} large_block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_counting;
// In small blocks; below zero where more is given back that was there before.
static long long taken;
static long long most;
static large_block large[MOST_LARGE];
static int large_count;

static size_t used_bytes(const large_block *block) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  size_t used = 0;
  uintptr_t place = block->start & ~(page - 1);
  while (place < block->start + block->size) {
    unsigned char is_there[256];
    uintptr_t count = (block->start + block->size - place + page - 1) / page;
    if (count > sizeof is_there) count = sizeof is_there;
    if (mincore((void *)place, count * page, (void *)is_there) != 0) return block->size;
    for (uintptr_t i = 0; i < count; i++) used += is_there[i] & 1 ? page : 0;
    place += count * page;
  }
  return used < block->size ? used : block->size;
}

static void note_peak(void) {
  long long sum = taken;
  for (int i = 0; i < large_count; i++) sum += (long long)used_bytes(&large[i]);
  if (sum > most) most = sum;
}

static void count_taken(const volatile void *block, size_t size) {
  if (!__atomic_load_n(&is_counting, __ATOMIC_RELAXED)) return;
  pthread_mutex_lock(&lock);
  if (size >= LARGE && large_count < MOST_LARGE) {
    large[large_count++] = (large_block){(uintptr_t)block, size};
  } else {
    taken += (long long)size;
    if (taken > most) note_peak();
  }
  pthread_mutex_unlock(&lock);
}

static void count_given_back(const volatile void *block) {
  if (block == NULL || !__atomic_load_n(&is_counting, __ATOMIC_RELAXED)) return;
  pthread_mutex_lock(&lock);
  int i = 0;
  while (i < large_count && large[i].start != (uintptr_t)block) i++;
  // The most is taken before something is given back.
  if (i < large_count) {
    note_peak();
    large[i] = large[--large_count];
  } else {
    taken -= (long long)__sanitizer_get_allocated_size(block);
  }
  pthread_mutex_unlock(&lock);
}

void vit_allocation_peak_start(void) {
  static bool is_installed;
  if (!is_installed) __sanitizer_install_malloc_and_free_hooks(count_taken, count_given_back);
  is_installed = true;
  taken = most = large_count = 0;
  __atomic_store_n(&is_counting, true, __ATOMIC_SEQ_CST);
}

size_t vit_allocation_peak_stop(void) {
  __atomic_store_n(&is_counting, false, __ATOMIC_SEQ_CST);
  pthread_mutex_lock(&lock);
  note_peak();
  pthread_mutex_unlock(&lock);
  return (size_t)most;
}
