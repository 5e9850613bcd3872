// What this processor can do at most: the limits that `vit bench` compares with.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../include/kernels.h"
#include "../include/threads.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct {
  double (*loop)(double count, int accumulators);
  double count;
  int accumulators;
} arithmetic;

static void compute(void *context, size_t index) {
  (void)index;
  arithmetic *a = context;
  a->loop(a->count, a->accumulators);
}

static double peak_of(double (*loop)(double count, int accumulators)) {
  size_t threads = vit_pool_thread_count();
  double best = 0;
  for (int accumulators = 4; accumulators <= 24; accumulators += 4) {
    // About a millisecond a chunk: long beside the hand-over, short beside the system's time slice.
    arithmetic a = {loop, 1e6, accumulators};
    double start = now();
    loop(a.count, accumulators);
    double rate = a.count / (now() - start);
    a.count = rate * 1e-3;
    for (int repeat = 0; repeat < 10; repeat++) {
      start = now();
      vit_pool_run(threads * 4, compute, &a);
      double measured = 2 * a.count * (double)threads * 4 / (now() - start);
      best = measured > best ? measured : best;
    }
  }
  return best;
}

double vit_measured_peak(vit_precision precision) {
  double best = 0;
  double (*last)(double, int) = NULL;
  const vit_kernels *set;
  // The scalar loop counts only where there is no other, and a set that took over its
  // predecessor's kernel not at all.
  size_t first = vit_kernels_available(1) == NULL ? 0 : 1;
  for (size_t i = first; (set = vit_kernels_available(i)) != NULL; i++) {
    if (set->multiply_adds[precision] == last) continue;
    last = set->multiply_adds[precision];
    double rate = peak_of(last);
    best = rate > best ? rate : best;
  }
  return best;
}

typedef uint64_t words __attribute__((ext_vector_type(8)));

enum {
  // Read in one run: hand-overs to the threads then cost little beside it.
  RUN_BYTES = 64 << 20,
};

typedef struct {
  const words *memory;
  size_t chunk;  // vectors
  size_t passes;  // over each chunk
} reading;

static void read_chunk(void *context, size_t index) {
  reading *p = context;
  const words *from = p->memory + index * p->chunk;
  words sum[4] = {0};
  for (size_t pass = 0; pass < p->passes; pass++) {
    for (size_t i = 0; i + 4 <= p->chunk; i += 4) {
      for (size_t j = 0; j < 4; j++) sum[j] |= from[i + j];
    }
    // The next pass reads again.
    __asm__ volatile("" : : : "memory");
  }
  words all = sum[0] | sum[1] | sum[2] | sum[3];
  volatile uint64_t sink = all[0] | all[1] | all[2] | all[3] | all[4] | all[5] | all[6] | all[7];
  (void)sink;
}

double vit_measured_bandwidth(size_t bytes) {
  // What a cache holds is read again and again, each thread its part, as weights are; of more, whoever
  // is early takes another part.
  size_t passes = RUN_BYTES / (bytes + 1) + 1;
  size_t chunks = vit_pool_thread_count() * (passes > 1 ? 1 : 8);
  size_t chunk = bytes / chunks / sizeof(words) / 4 * 4;
  void *memory = NULL;
  if (chunk == 0 || posix_memalign(&memory, 4096, chunk * chunks * sizeof(words)) != 0) return 0;
  memset(memory, 1, chunk * chunks * sizeof(words));
  reading p = {memory, chunk, passes};
  double best = 0;
  for (int repeat = 0; repeat < 6; repeat++) {
    double start = now();
    vit_pool_run(chunks, read_chunk, &p);
    double rate = (double)(passes * chunk * chunks * sizeof(words)) / (now() - start);
    best = rate > best ? rate : best;
  }
  free(memory);
  return best;
}
