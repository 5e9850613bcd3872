// The arithmetic of a resize pass: weights with 22 bits of fraction.
#ifndef vit_fixed_point_h
#define vit_fixed_point_h

#include "../include/kernels.h"

enum { FRACTION_BITS = 22 };

// Blocks of packed weights for so many taps.
static inline size_t blocks_of(int32_t taps, size_t of_block) {
  return ((size_t)taps + of_block - 1) / of_block;
}

// The sum of one output, rounded and clamped.
static inline uint8_t rounded(uint32_t sum) {
  int32_t value = (int32_t)(sum + (1u << (FRACTION_BITS - 1))) >> FRACTION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

// Samples `from` to the last of output row `row` of a vertical pass, one at a time: also what is
// left where a vector is too long.
static inline void vertical_rest(const vit_resize_pass *pass, size_t row, size_t from) {
  const vit_resize_windows *windows = pass->windows;
  const int32_t *weights = windows->weights + row * (size_t)windows->stride;
  const uint8_t *first = pass->source + (size_t)windows->start[row] * pass->source_stride;
  uint8_t *target = pass->target + row * pass->target_stride;
  for (size_t column = from; column < pass->row_bytes; column++) {
    uint32_t sum = 0;
    for (size_t tap = 0; tap < (size_t)windows->length[row]; tap++) {
      sum += (uint32_t)first[tap * pass->source_stride + column] * (uint32_t)weights[tap];
    }
    target[column] = rounded(sum);
  }
}

#endif
