// The one pool of threads of the process, and per-thread scratch memory.
#ifndef vit_threads_h
#define vit_threads_h

#include <stddef.h>

typedef void (*vit_pool_body)(void *context, size_t index);

// Calls `body(context, i)` once for each i in 0..<count, on at most `vit_pool_thread_count()`
// threads of which the caller is one, and returns when all calls have. Indices are handed out
// one at a time, in order. A call from inside a body runs all of its indices in the calling
// thread. Calls from several threads at once take turns, but for those that need no other thread:
// a single index, or a pool of one thread, is done by the caller at once. A single index counts as
// outside of a body: what it calls may use all threads.
void vit_pool_run(size_t count, vit_pool_body body, void *context);

// The number of threads that a run uses, the caller included: what was set, else VIT_THREADS,
// else the processors this process may use, a container's share of their time considered. From
// inside a body it is 1.
size_t vit_pool_thread_count(void);

// What VIT_THREADS says where nothing was set and it is no number from 1 to 1024, else NULL.
const char *vit_pool_unusable_request(void);

// Sets the number of threads, at least 1 and at most 1024. Waits for a run in progress; idle
// workers end before this returns. From inside a body it does nothing.
void vit_pool_set_thread_count(size_t count);

// At least `bytes` bytes of 64-byte aligned memory that belong to the calling thread until it
// asks for the same slot again or ends. The content is undefined. Aborts when memory is out.
enum {
  VIT_SCRATCH_INPUT,
  VIT_SCRATCH_ROW,
  VIT_SCRATCH_SUMS,
  VIT_SCRATCH_ATTENTION,
  VIT_SCRATCH_SLOTS
};
void *vit_scratch(int slot, size_t bytes);

#endif
