// The groups of 4 bytes in which matrices are counted along the inner dimension.
#ifndef vit_groups_h
#define vit_groups_h

#include <stddef.h>

/// Elements of a group: one float32, two bfloat16, four bytes.
static inline size_t vit_group_size(int precision) { return (size_t)1 << precision; }

static inline size_t vit_round_up(size_t count, size_t unit) {
  return (count + unit - 1) / unit * unit;
}

#endif
