// A resize pass: packing its weights, and its rows spread over the threads.
#include <string.h>

#include "../include/resize.h"
#include "../include/threads.h"
#include "../linear/groups.h"

enum {
  // Multiplications that are worth a thread's waking: some 0.1 ms.
  BLOCK_WORK = 4000000,
  // The most rows that a kernel takes at once, in any set.
  STEP_ROWS = 8,
};

static size_t packed_bytes_of_output(
  const vit_resize_layout *layout, const vit_resize_windows *windows) {
  if (layout->taps == 0) return 0;
  size_t taps = vit_round_up((size_t)windows->stride, layout->taps);
  return taps * layout->digits * layout->digit_bytes;
}

size_t vit_resize_packed_bytes(const vit_kernels *kernels, const vit_resize_windows *windows) {
  return (size_t)windows->count * packed_bytes_of_output(&kernels->resize_layout, windows);
}

// Stores the digits of one weight of a block. Returns whether it fits in them.
static inline __attribute__((always_inline)) int store_weight(
  const vit_resize_layout *layout, const size_t digits, const size_t digit_bytes, char *block,
  size_t tap, int32_t weight) {
  int32_t half = 1 << (layout->digit_bits - 1);
  int64_t rest = weight;
  for (size_t i = 0; i < digits; i++) {
    int64_t digit = rest;
    if (i + 1 < digits) {
      digit = ((rest + half) & (2 * half - 1)) - half;
      rest = (rest - digit) >> layout->digit_bits;
    }
    size_t at = i * layout->taps + tap;
    if (digit_bytes == 1) {
      ((int8_t *)block)[at] = (int8_t)digit;
    } else {
      ((int16_t *)block)[at] = (int16_t)digit;
    }
  }
  int64_t largest = digit_bytes == 1 ? INT8_MAX : INT16_MAX;
  return -largest <= rest && rest <= largest;
}

// Returns whether all weights fit in their digits.
static inline __attribute__((always_inline)) int store_weights(
  const vit_resize_layout *layout, const size_t digits, const size_t digit_bytes,
  const vit_resize_windows *windows, void *packed) {
  size_t output_bytes = packed_bytes_of_output(layout, windows);
  for (size_t i = 0; i < (size_t)windows->count; i++) {
    const int32_t *weights = windows->weights + i * (size_t)windows->stride;
    char *block = (char *)packed + i * output_bytes;
    for (size_t tap = 0, in_block = 0; tap < (size_t)windows->length[i]; tap++) {
      if (!store_weight(layout, digits, digit_bytes, block, in_block, weights[tap])) return 0;
      if (++in_block < layout->taps) continue;
      in_block = 0;
      block += layout->taps * digits * digit_bytes;
    }
  }
  return 1;
}

const vit_kernels *vit_resize_pack(
  const vit_kernels *kernels, const vit_resize_windows *windows, void *packed) {
  const vit_resize_layout *layout = &kernels->resize_layout;
  size_t bytes = vit_resize_packed_bytes(kernels, windows);
  if (bytes == 0) return kernels;
  memset(packed, 0, bytes);
  // Packing is some 3 % of a small resize; with two digits written out it takes half.
  int all_fit = layout->digits == 2 && layout->digit_bytes == 2
    ? store_weights(layout, 2, 2, windows, packed)
    : store_weights(layout, layout->digits, layout->digit_bytes, windows, packed);
  return all_fit ? kernels : vit_kernels_available(0);
}

typedef struct {
  void (*kernel)(const vit_resize_pass *pass, size_t first, size_t end);
  const vit_resize_pass *pass;
  size_t rows, block_rows;
} run;

static void resize_block(void *context, size_t index) {
  const run *p = context;
  size_t first = index * p->block_rows;
  p->kernel(p->pass, first, vit_least(first + p->block_rows, p->rows));
}

// `work` is the multiplications of a row.
static void run_blocks(run *p, size_t work) {
  p->block_rows = vit_round_up(BLOCK_WORK / vit_most(work, 1) + 1, STEP_ROWS);
  vit_pool_run(vit_round_up(p->rows, p->block_rows) / p->block_rows, resize_block, p);
}

void vit_resize_horizontal(const vit_kernels *kernels, const vit_resize_pass *pass) {
  run p = {.kernel = kernels->resize_horizontal, .pass = pass, .rows = pass->rows};
  run_blocks(&p, 3 * (size_t)pass->windows->count * (size_t)pass->windows->stride);
}

void vit_resize_vertical(const vit_kernels *kernels, const vit_resize_pass *pass) {
  size_t rows = (size_t)pass->windows->count;
  run p = {.kernel = kernels->resize_vertical, .pass = pass, .rows = rows};
  run_blocks(&p, pass->row_bytes * (size_t)pass->windows->stride);
}
