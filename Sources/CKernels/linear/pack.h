// Packing a matrix into panels that a tile reads from front to back.
#ifndef vit_pack_h
#define vit_pack_h

#include <stddef.h>
#include <stdint.h>

/// Elements of a 4-byte group along the inner dimension, by precision.
static inline size_t vit_group_size(int precision) { return (size_t)1 << precision; }

static inline size_t vit_round_up(size_t count, size_t unit) {
  return (count + unit - 1) / unit * unit;
}

/// One panel of columns: out[group][column][within the group], `width` columns of which `columns`
/// exist. Element (k, column) is read from matrix[k * inner_stride + column * column_stride].
/// What lies beyond `depth` or `columns` becomes zero.
void vit_pack_float32(
  const float *matrix, size_t inner_stride, size_t column_stride, size_t depth, size_t columns,
  size_t width, float *out);
void vit_pack_bfloat16(
  const float *matrix, size_t inner_stride, size_t column_stride, size_t depth, size_t columns,
  size_t width, uint16_t *out);

/// Quantised by the scale of each column, whose values lie one after another; `sums` gets the
/// sum of the bytes of each column.
void vit_pack_int8(
  const float *matrix, size_t column_stride, const float *scale, size_t depth, size_t columns,
  size_t width, int8_t *out, int32_t *sums);

#endif
