#include "pack.h"

#include <math.h>
#include <string.h>

// A block of inner positions at a time, so that the part of the panel being written stays in the
// first-level cache while each column is read along its row.
enum { BLOCK = 16 };

static uint16_t bfloat16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (value != value) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void vit_pack_float32(
  const float *matrix, size_t inner_stride, size_t column_stride, size_t depth, size_t columns,
  size_t width, float *out) {
  for (size_t first = 0; first < depth; first += BLOCK) {
    size_t end = first + BLOCK < depth ? first + BLOCK : depth;
    for (size_t c = 0; c < columns; c++) {
      const float *column = matrix + c * column_stride;
      for (size_t k = first; k < end; k++) out[k * width + c] = column[k * inner_stride];
    }
    for (size_t k = first; k < end; k++) {
      for (size_t c = columns; c < width; c++) out[k * width + c] = 0;
    }
  }
}

void vit_pack_bfloat16(
  const float *matrix, size_t inner_stride, size_t column_stride, size_t depth, size_t columns,
  size_t width, uint16_t *out) {
  size_t padded = vit_round_up(depth, 2);
  for (size_t first = 0; first < padded; first += BLOCK) {
    size_t end = first + BLOCK < padded ? first + BLOCK : padded;
    for (size_t c = 0; c < width; c++) {
      const float *column = matrix + c * column_stride;
      for (size_t k = first; k < end; k++) {
        out[(k / 2 * width + c) * 2 + k % 2] =
          c < columns && k < depth ? bfloat16(column[k * inner_stride]) : 0;
      }
    }
  }
}

void vit_pack_int8(
  const float *matrix, size_t column_stride, const float *scale, size_t depth, size_t columns,
  size_t width, int8_t *out, int32_t *sums) {
  size_t padded = vit_round_up(depth, 4);
  memset(out, 0, padded * width);
  for (size_t c = 0; c < columns; c++) {
    const float *column = matrix + c * column_stride;
    float inverse = 1 / scale[c];
    int32_t sum = 0;
    // A column of zeros, or one with NaN or infinity, has no inverse: its bytes stay zero.
    if (!(inverse > 0 && inverse < INFINITY)) inverse = 0;
    for (size_t k = 0; inverse > 0 && k < depth; k++) {
      int32_t q = (int32_t)rintf(column[k] * inverse);
      q = q < -127 ? -127 : q > 127 ? 127 : q;
      out[(k / 4 * width + c) * 4 + k % 4] = (int8_t)q;
      sum += q;
    }
    sums[c] = sum;
  }
}
