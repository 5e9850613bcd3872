// A handler for lost pages, and the memory that it knows.
#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CLostPages.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// An entry of a list that only grows, so that the handler can walk it while others change it: an entry
// that is no longer used has no size, and is taken again.
struct vit_watched_memory {
  atomic_uintptr_t start;
  atomic_size_t size;
  atomic_bool is_taken;
  atomic_bool has_lost_pages;
  struct vit_watched_memory *next;
};

static _Atomic(vit_watched_memory *) list = NULL;
static struct sigaction earlier;
static size_t page_size;

// Calls nothing but mmap, which is a plain system call, and what the earlier handler calls.
static void handle(int number, siginfo_t *information, void *context) {
  const int saved_error = errno;
  const uintptr_t address = (uintptr_t)information->si_addr;
  for (vit_watched_memory *one = atomic_load(&list); one != NULL; one = one->next) {
    const size_t size = atomic_load(&one->size);
    const uintptr_t start = atomic_load(&one->start);
    if (size == 0 || address < start || address - start >= size) continue;
    // From the page on to the end: where a file was cut, all of that is gone.
    const uintptr_t page = address & ~(uintptr_t)(page_size - 1);
    void *zeros = mmap(
      (void *)page, start + size - page, PROT_READ, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) break;
    atomic_store(&one->has_lost_pages, true);
    errno = saved_error;
    return;
  }
  errno = saved_error;
  if ((earlier.sa_flags & SA_SIGINFO) != 0) {
    earlier.sa_sigaction(number, information, context);
  } else if (earlier.sa_handler != SIG_DFL && earlier.sa_handler != SIG_IGN) {
    earlier.sa_handler(number);
  } else {
    // The instruction is tried again, and ends the process as it would have.
    signal(number, SIG_DFL);
  }
}

static void install(void) {
  page_size = (size_t)sysconf(_SC_PAGESIZE);
  struct sigaction action = {0};
  action.sa_sigaction = handle;
  // On the stack for signals, where a thread has one.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, NULL, &earlier);
  sigaction(SIGBUS, &action, NULL);
}

vit_watched_memory *vit_watch_memory(const void *start, size_t size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  vit_watched_memory *found = NULL;
  for (vit_watched_memory *one = atomic_load(&list); one != NULL; one = one->next) {
    bool expected = false;
    if (atomic_compare_exchange_strong(&one->is_taken, &expected, true)) {
      found = one;
      break;
    }
  }
  if (found == NULL) {
    found = calloc(1, sizeof *found);
    if (found == NULL) return NULL;
    atomic_store(&found->is_taken, true);
    found->next = atomic_load(&list);
    while (!atomic_compare_exchange_weak(&list, &found->next, found)) {
    }
  }
  atomic_store(&found->has_lost_pages, false);
  atomic_store(&found->start, (uintptr_t)start);
  atomic_store(&found->size, size);
  return found;
}

bool vit_lost_pages(const vit_watched_memory *memory) {
  return atomic_load(&memory->has_lost_pages);
}

void vit_unwatch_memory(vit_watched_memory *memory) {
  atomic_store(&memory->size, 0);
  atomic_store(&memory->is_taken, false);
}
