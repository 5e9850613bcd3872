// How matrices are counted: in groups of 4 bytes along the inner dimension, and in parts.
#ifndef vit_groups_h
#define vit_groups_h

#include <stddef.h>

// Elements of a group: one float32, two bfloat16, four bytes.
static inline size_t vit_group_size(int precision) { return (size_t)1 << precision; }

static inline size_t vit_least(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t vit_most(size_t a, size_t b) { return a > b ? a : b; }

// The first of the i-th of `parts` parts of `count` that differ by at most one in size.
static inline size_t vit_part_start(size_t count, size_t parts, size_t i) {
  size_t size = count / parts, larger = count % parts;
  return i * size + vit_least(i, larger);
}

static inline size_t vit_round_up(size_t count, size_t unit) {
  return (count + unit - 1) / unit * unit;
}

#endif
