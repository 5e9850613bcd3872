// Matrix products with SSE4, which multiplies and adds apart, in the register of one of the factors.
//
// So a multiply-add takes three instructions: a factor's copy, the product, the sum. What a
// processor has to begin for each is what counts, and the rest is kept small. Of A one load and four
// shuffles give what four groups need, each shuffle for four vectors of B. 2 rows by 16 columns are 8
// sums, which is what two units with a latency of 4 cycles keep in flight; with 12 there are no
// registers left for the copies.
#if defined(__x86_64__)
#include "../vector/sse4.h"

#include "../dispatch/sets.h"
#include "finish.h"
#include "multiply_adds.h"
#include "tile.h"

enum {
  ROWS = 2,  // whose sums are in registers at once
  UNROLLED = 4,  // groups that a load of A holds
};

// Element i of a vector, in all of its elements.
INLINE vf all_of(vf v, const size_t i) {
  switch (i) {
    case 0: return v.xxxx;
    case 1: return v.yyyy;
    case 2: return v.zzzz;
    default: return v.wwww;
  }
}

// The first and the second bfloat16 of each group.
INLINE vf first_half(vi v) { return vf_bits((vi)((vu)v << 16)); }
INLINE vf second_half(vi v) { return vf_bits(v & (vi)0xffff0000); }

// `count` groups of float32 or bfloat16: 1, or UNROLLED.
INLINE void add_groups(
  vf sum[ROWS][VIT_TILE_VECTORS], const vit_precision precision, const size_t count, const char *a,
  size_t stride, const char *b, const size_t rows, const size_t vectors) {
  const int halves = precision == VIT_BFLOAT16;
  vf first[ROWS], second[ROWS];
  UNROLL for (size_t r = 0; r < rows; r++) {
    vi of_a = count == UNROLLED ? vi_load(a + r * stride) : vi_group(a + r * stride);
    first[r] = halves ? first_half(of_a) : vf_bits(of_a);
    second[r] = second_half(of_a);
  }
  UNROLL for (size_t g = 0; g < count; g++) {
    UNROLL for (size_t v = 0; v < vectors; v++) {
      vi of_b = vi_load(b + (g * vectors + v) * sizeof(vi));
      UNROLL for (size_t r = 0; r < rows; r++) {
        vf factor = halves ? first_half(of_b) : vf_bits(of_b);
        sum[r][v] = vf_fma(all_of(first[r], g), factor, sum[r][v]);
        if (halves) sum[r][v] = vf_fma(all_of(second[r], g), second_half(of_b), sum[r][v]);
      }
    }
  }
}

// Where the sum of row r and vector v goes.
INLINE char *place(const vit_tile *tile, size_t r, size_t v) {
  return (char *)tile->out + (r * tile->out_stride + v * VIT_WIDTH) * 4;
}

INLINE void multiply_floats(
  const vit_tile *tile, const vit_precision precision, const size_t rows, const size_t vectors) {
  const char *a = tile->a, *b = tile->b, *prefetch = tile->prefetch;
  const size_t stride = tile->a_stride, step = tile->prefetch_step;
  vf sum[ROWS][VIT_TILE_VECTORS];
  UNROLL for (size_t r = 0; r < rows; r++) {
    UNROLL for (size_t v = 0; v < vectors; v++) {
      sum[r][v] = tile->resume ? vf_bits(vi_load(place(tile, r, v))) : (vf)0.0f;
    }
  }
  size_t left = tile->groups;
  ALIGN_LOOP for (; left >= UNROLLED; left -= UNROLLED) {
    UNROLL for (size_t g = 0; g < UNROLLED; g++) __builtin_prefetch(prefetch + g * step, 0, 2);
    add_groups(sum, precision, UNROLLED, a, stride, b, rows, vectors);
    a += UNROLLED * 4;
    b += UNROLLED * vectors * sizeof(vi);
    prefetch += UNROLLED * step;
  }
  for (; left > 0; left--) {
    add_groups(sum, precision, 1, a, stride, b, rows, vectors);
    a += 4;
    b += vectors * sizeof(vi);
  }
  UNROLL for (size_t r = 0; r < rows; r++) {
    UNROLL for (size_t v = 0; v < vectors; v++) vi_store(place(tile, r, v), vi_bits(sum[r][v]));
  }
}

// `vectors` vectors, at most 2, of the `width` that a group of B has.
//
// The instruction that multiplies bytes saturates at 16 bits, so bytes are widened first; this is
// exact. Four words of a column side by side make two sums, so that a vector's columns take two
// registers until the end, where neighbours are added.
INLINE void multiply_bytes(
  const vit_tile *tile, size_t width, const size_t rows, const size_t vectors) {
  const char *a = tile->a, *b = tile->b, *prefetch = tile->prefetch;
  const size_t stride = tile->a_stride, step = tile->prefetch_step, groups = tile->groups;
  __m128i sum[ROWS][4];
  UNROLL for (size_t r = 0; r < rows; r++) {
    UNROLL for (size_t v = 0; v < 2 * vectors; v++) sum[r][v] = _mm_setzero_si128();
  }
  ALIGN_LOOP for (size_t g = 0; g < groups; g++) {
    __m128i of_a[ROWS];
    UNROLL for (size_t r = 0; r < rows; r++) {
      __m128i words = _mm_cvtepu8_epi16((__m128i)vi_group(a + r * stride));
      of_a[r] = _mm_unpacklo_epi64(words, words);
    }
    __builtin_prefetch(prefetch, 0, 2);
    UNROLL for (size_t v = 0; v < 2 * vectors; v++) {
      __m128i of_b = _mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)(b + v * 8)));
      UNROLL for (size_t r = 0; r < rows; r++) {
        sum[r][v] = _mm_add_epi32(sum[r][v], _mm_madd_epi16(of_a[r], of_b));
      }
    }
    a += 4;
    b += width * sizeof(vi);
    prefetch += step;
  }
  UNROLL for (size_t r = 0; r < rows; r++) {
    UNROLL for (size_t v = 0; v < vectors; v++) {
      vi all = (vi)_mm_hadd_epi32(sum[r][2 * v], sum[r][2 * v + 1]);
      if (tile->resume) all += vi_load(place(tile, r, v));
      vi_store(place(tile, r, v), all);
    }
  }
}

INLINE void multiply_rows(
  const vit_tile *tile, const vit_precision precision, const size_t rows, size_t vectors) {
  if (precision != VIT_INT8) {
    switch (vectors) {
      case 1: return multiply_floats(tile, precision, rows, 1);
      case 2: return multiply_floats(tile, precision, rows, 2);
      case 3: return multiply_floats(tile, precision, rows, 3);
      default: return multiply_floats(tile, precision, rows, 4);
    }
  }
  vit_tile part = *tile;
  for (size_t v = 0; v < vectors; v += 2) {
    if (v + 1 < vectors) {
      multiply_bytes(&part, vectors, rows, 2);
    } else {
      multiply_bytes(&part, vectors, rows, 1);
    }
    part.b = (const char *)part.b + 2 * sizeof(vi);
    part.out = (char *)part.out + 2 * sizeof(vi);
    part.prefetch_step = 0;
  }
}

// The rows in pairs. The softmax, which takes a tile's rows at once, is faster with some more.
INLINE void multiply_tile(
  const vit_tile *tile, const vit_precision precision, size_t rows, size_t vectors) {
  vit_tile part = *tile;
  for (; rows >= ROWS; rows -= ROWS) {
    multiply_rows(&part, precision, ROWS, vectors);
    part.a = (const char *)part.a + ROWS * part.a_stride;
    part.out = (char *)part.out + ROWS * part.out_stride * 4;
    part.prefetch_step = 0;
  }
  if (rows > 0) multiply_rows(&part, precision, 1, vectors);
}

static void tile_float32(const vit_tile *tile, size_t rows, size_t vectors) {
  multiply_tile(tile, VIT_FLOAT32, rows, vectors);
}

static void tile_bfloat16(const vit_tile *tile, size_t rows, size_t vectors) {
  multiply_tile(tile, VIT_BFLOAT16, rows, vectors);
}

static void tile_int8(const vit_tile *tile, size_t rows, size_t vectors) {
  multiply_tile(tile, VIT_INT8, rows, vectors);
}

// Two products of words.
INLINE vi step_int8(vi sum, vi a, vi b) {
  return sum + (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
}

VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_float32, vf, step_float32, 1)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_bfloat16, vf, step_bfloat16, 2)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_int8, vi, step_int8, 2)

const vit_linear_kernels vit_linear_sse4 = {
  .float32 = {tile_float32, VIT_TILE_ROWS, multiply_adds_float32},
  .bfloat16 = {tile_bfloat16, VIT_TILE_ROWS, multiply_adds_bfloat16},
  .int8 = {tile_int8, VIT_TILE_ROWS, multiply_adds_int8},
  .finish = finish,
};

#pragma clang attribute pop
#endif
