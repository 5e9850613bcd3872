// The tile of a matrix product, written once for all vector widths and precisions; only SSE4, without
// a fused multiply-add, has its own (linear_sse4.c).
//
// A multiply-add has a latency of 4 to 6 cycles and up to two start each cycle, so 8 to 12
// independent sums keep the units busy. With 32 registers 6 rows times 4 vectors make 24 sums,
// leaving room for one row of B (4) and one broadcast of A: each loaded vector of B serves 6
// multiply-adds and each broadcast 4, so that the loads stay far below what the first-level cache
// delivers. With 16 registers 2 vectors make 12 sums. Rows are at most 6 also because A's rows may
// lie a multiple of 4096 bytes apart, all in one set of the 8-way cache.
#ifndef vit_tile_h
#define vit_tile_h

#include "../include/kernels.h"
#include "../vector/vector.h"

// Rows of a tile, at most.
#define VIT_TILE_ROWS 6

INLINE vi vi_group(const char *a) {
  int32_t group;
  __builtin_memcpy(&group, a, sizeof group);
  return (vi)group;
}

// Defines `name`, the tile of one precision. STEP(sum, a, b) adds one group's products to a
// vector of sums; `sums` is the type of the sums.
#define VIT_DEFINE_TILE(name, sums, STEP)                                                       \
  INLINE void name##_of(const vit_tile *tile, const size_t rows, const size_t vectors) {         \
    const char *a = tile->a, *b = tile->b, *prefetch = tile->prefetch;                           \
    const size_t stride = tile->a_stride, step = tile->prefetch_step, groups = tile->groups;     \
    sums sum[VIT_TILE_ROWS][VIT_TILE_VECTORS];                                                   \
    UNROLL for (size_t r = 0; r < rows; r++) {                                                   \
      UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] = (sums)0;                           \
    }                                                                                            \
    if (tile->resume) {                                                                          \
      UNROLL for (size_t r = 0; r < rows; r++) {                                                 \
        UNROLL for (size_t v = 0; v < vectors; v++) {                                            \
          vi before = vi_load((char *)tile->out + (r * tile->out_stride + v * VIT_WIDTH) * 4);   \
          sum[r][v] = __builtin_bit_cast(sums, before);                                          \
        }                                                                                        \
      }                                                                                          \
    }                                                                                            \
    ALIGN_LOOP for (size_t g = 0; g < groups; g++) {                                             \
      vi of_b[VIT_TILE_VECTORS];                                                                 \
      UNROLL for (size_t v = 0; v < vectors; v++) of_b[v] = vi_load(b + v * sizeof(vi));         \
      __builtin_prefetch(prefetch, 0, 2);                                                        \
      UNROLL for (size_t r = 0; r < rows; r++) {                                                 \
        vi of_a = vi_group(a + r * stride);                                                      \
        UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] = STEP(sum[r][v], of_a, of_b[v]);  \
      }                                                                                          \
      a += 4;                                                                                    \
      b += vectors * sizeof(vi);                                                                 \
      prefetch += step;                                                                          \
    }                                                                                            \
    UNROLL for (size_t r = 0; r < rows; r++) {                                                   \
      UNROLL for (size_t v = 0; v < vectors; v++) {                                              \
        vi_store(                                                                                \
          (char *)tile->out + (r * tile->out_stride + v * VIT_WIDTH) * 4,                        \
          __builtin_bit_cast(vi, sum[r][v]));                                                    \
      }                                                                                          \
    }                                                                                            \
  }                                                                                              \
  static void name(const vit_tile *tile, size_t rows, size_t vectors) {                          \
    switch (vectors * 8 + rows) {                                                                \
      VIT_EACH_TILE(VIT_TILE_CASE, name)                                                         \
      default: __builtin_unreachable();                                                          \
    }                                                                                            \
  }

#define VIT_TILE_CASE(name, rows, vectors) \
  case vectors * 8 + rows: return name##_of(tile, rows, vectors);
#define VIT_EACH_ROW(CASE, name, vectors)                                \
  CASE(name, 1, vectors) CASE(name, 2, vectors) CASE(name, 3, vectors) \
  CASE(name, 4, vectors) CASE(name, 5, vectors) CASE(name, 6, vectors)
#if VIT_TILE_VECTORS == 4
#define VIT_EACH_TILE(CASE, name)                             \
  VIT_EACH_ROW(CASE, name, 1) VIT_EACH_ROW(CASE, name, 2)     \
  VIT_EACH_ROW(CASE, name, 3) VIT_EACH_ROW(CASE, name, 4)
#else
#define VIT_EACH_TILE(CASE, name) VIT_EACH_ROW(CASE, name, 1) VIT_EACH_ROW(CASE, name, 2)
#endif

// float32: one product.
INLINE vf step_float32(vf sum, vi a, vi b) { return vf_fma(vf_bits(a), vf_bits(b), sum); }

// bfloat16 without instructions for it: the upper half of a float32 is a bfloat16.
INLINE vf step_bfloat16(vf sum, vi a, vi b) {
  vu of_a = __builtin_bit_cast(vu, a), of_b = __builtin_bit_cast(vu, b);
  sum = vf_fma(__builtin_bit_cast(vf, of_a << 16), __builtin_bit_cast(vf, of_b << 16), sum);
  of_a &= 0xffff0000;
  of_b &= 0xffff0000;
  return vf_fma(__builtin_bit_cast(vf, of_a), __builtin_bit_cast(vf, of_b), sum);
}

#endif
