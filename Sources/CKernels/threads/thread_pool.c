// The pool of threads: one job at a time, indices handed out from an atomic counter.
//
// A caller publishes a job by opening a gate; workers that see it open enter, take indices until
// there are none, and leave. The caller takes indices too, then closes the gate and waits only for
// the workers that are inside: one that the system has not woken yet costs nothing. Workers spin
// for a while after a job, on Zen some 50 to 100 µs, because the next operation of a forward pass
// follows within a few, and then sleep on a condition variable.
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "../include/threads.h"
#include "processors.h"

enum { MAX_THREADS = 1024, SPINS = 4000 };

// The gate: the low 16 bits count the workers inside, then the open bit, then the job's number.
#define INSIDE UINT64_C(0xffff)
#define OPEN UINT64_C(0x10000)
#define JOB UINT64_C(0x20000)

static struct {
  pthread_mutex_t turn;  // held through a run, and while the number of threads changes
  pthread_mutex_t sleep;
  pthread_cond_t work;  // workers wait here
  pthread_cond_t done;  // the caller waits here
  _Alignas(128) _Atomic uint64_t gate;
  _Atomic int sleepers;
  _Atomic int caller_waits;
  _Atomic int stop;
  _Alignas(128) _Atomic size_t next;
  size_t count;
  vit_pool_body body;
  void *context;
  _Alignas(128) _Atomic size_t threads;  // as set; 0 before the first use
  size_t workers;  // started
  int spins;
  pthread_t handles[MAX_THREADS];
} pool = {
  .turn = PTHREAD_MUTEX_INITIALIZER,
  .sleep = PTHREAD_MUTEX_INITIALIZER,
  .work = PTHREAD_COND_INITIALIZER,
  .done = PTHREAD_COND_INITIALIZER,
};

static _Thread_local int inside_run;

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static size_t clamped(size_t count) {
  return count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : count;
}

// VIT_THREADS where the default is asked for and it is no number of threads.
static _Atomic(const char *) unusable_request;

static size_t default_threads(void) {
  const char *text = getenv("VIT_THREADS");
  if (text != NULL && *text != 0) {
    char *end;
    errno = 0;
    unsigned long count = strtoul(text, &end, 10);
    int is_number = *text >= '0' && *text <= '9' && *end == 0 && errno == 0;
    if (is_number && count > 0 && count <= MAX_THREADS) return count;
    atomic_store(&unusable_request, text);
  }
  return clamped(vit_processors());
}

static size_t threads_set(void) {
  size_t threads = atomic_load(&pool.threads);
  if (threads != 0) return threads;
  size_t expected = 0;
  atomic_compare_exchange_strong(&pool.threads, &expected, default_threads());
  return atomic_load(&pool.threads);
}

const char *vit_pool_unusable_request(void) {
  threads_set();
  return atomic_load(&unusable_request);
}

size_t vit_pool_thread_count(void) { return inside_run ? 1 : threads_set(); }

static void take_indices(void) {
  size_t count = pool.count;
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed);
    if (index >= count) return;
    pool.body(pool.context, index);
  }
}

static void *worker(void *argument) {
  (void)argument;
  inside_run = 1;
  uint64_t last = 0;  // the number of the last job this worker has entered or missed
  int spins = 0;
  while (!atomic_load_explicit(&pool.stop, memory_order_relaxed)) {
    uint64_t gate = atomic_load_explicit(&pool.gate, memory_order_acquire);
    if ((gate & OPEN) && gate / JOB != last) {
      if (!atomic_compare_exchange_weak(&pool.gate, &gate, gate + 1)) continue;
      last = gate / JOB;
      take_indices();
      uint64_t before = atomic_fetch_sub(&pool.gate, 1);
      if ((before & INSIDE) == 1 && !(before & OPEN) && atomic_load(&pool.caller_waits)) {
        pthread_mutex_lock(&pool.sleep);
        pthread_cond_signal(&pool.done);
        pthread_mutex_unlock(&pool.sleep);
      }
      spins = 0;
      continue;
    }
    if (spins++ < pool.spins) {
      relax();
      continue;
    }
    pthread_mutex_lock(&pool.sleep);
    atomic_fetch_add(&pool.sleepers, 1);
    for (;;) {
      gate = atomic_load(&pool.gate);
      if (atomic_load(&pool.stop) || ((gate & OPEN) && gate / JOB != last)) break;
      pthread_cond_wait(&pool.work, &pool.sleep);
    }
    atomic_fetch_sub(&pool.sleepers, 1);
    pthread_mutex_unlock(&pool.sleep);
    spins = 0;
  }
  return NULL;
}

static void wake_workers(void) {
  if (atomic_load(&pool.sleepers) == 0) return;
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_broadcast(&pool.work);
  pthread_mutex_unlock(&pool.sleep);
}

// With `turn` held.
static void start_workers(size_t wanted) {
  pool.spins = wanted + 1 > vit_processors() ? 0 : SPINS;
  while (pool.workers < wanted) {
    // Without the thread the run still finishes, on those there are.
    if (pthread_create(&pool.handles[pool.workers], NULL, worker, NULL) != 0) return;
    pool.workers++;
  }
}

// With `turn` held.
static void stop_workers(void) {
  if (pool.workers == 0) return;
  atomic_store(&pool.stop, 1);
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_broadcast(&pool.work);
  pthread_mutex_unlock(&pool.sleep);
  for (size_t i = 0; i < pool.workers; i++) pthread_join(pool.handles[i], NULL);
  pool.workers = 0;
  atomic_store(&pool.stop, 0);
}

void vit_pool_set_thread_count(size_t count) {
  if (inside_run) return;
  pthread_mutex_lock(&pool.turn);
  if (threads_set() != clamped(count)) {
    stop_workers();
    atomic_store(&pool.threads, clamped(count));
  }
  pthread_mutex_unlock(&pool.turn);
}

void vit_pool_run(size_t count, vit_pool_body body, void *context) {
  if (inside_run || count <= 1 || vit_pool_thread_count() == 1) {
    for (size_t i = 0; i < count; i++) body(context, i);
    return;
  }
  pthread_mutex_lock(&pool.turn);
  inside_run = 1;
  size_t workers = threads_set() - 1;
  if (pool.workers < workers) start_workers(workers);

  pool.count = count;
  pool.body = body;
  pool.context = context;
  atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
  uint64_t job = atomic_load(&pool.gate) / JOB + 1;
  atomic_store(&pool.gate, job * JOB | OPEN);
  wake_workers();
  take_indices();

  atomic_fetch_and(&pool.gate, ~OPEN);
  for (int i = 0; i < SPINS && (atomic_load(&pool.gate) & INSIDE) != 0; i++) relax();
  if ((atomic_load(&pool.gate) & INSIDE) != 0) {
    pthread_mutex_lock(&pool.sleep);
    atomic_store(&pool.caller_waits, 1);
    while ((atomic_load(&pool.gate) & INSIDE) != 0) pthread_cond_wait(&pool.done, &pool.sleep);
    atomic_store(&pool.caller_waits, 0);
    pthread_mutex_unlock(&pool.sleep);
  }
  inside_run = 0;
  pthread_mutex_unlock(&pool.turn);
}
