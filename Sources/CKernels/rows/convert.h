// Rows converted to the types of the matrix products, written once for all vector widths.
#ifndef vit_convert_h
#define vit_convert_h

#include "store.h"

// Sums, or extremes, in flight: each step waits some 4 cycles for the one before in its chain.
enum { CHAINS = 4 };

// The vector at element i, with zeros from `count` on.
INLINE vf load_at(const float *input, size_t i, size_t count) {
  return i + VIT_WIDTH <= count ? vf_load(input + i) : vf_load_some(input + i, count - i);
}

static void to_bfloat16(const float *input, size_t count, size_t padded, uint16_t *out) {
  size_t i = 0;
  for (; i + VIT_WIDTH <= count; i += VIT_WIDTH) {
    store_bfloat16(out + i, vf_load(input + i), VIT_WIDTH);
  }
  if (i < count) store_bfloat16(out + i, vf_load_some(input + i, count - i), count - i);
  for (i = count; i < padded; i++) out[i] = 0;
}

// The smallest and largest value of a row with zero added to it, and NaN if it holds a NaN or an
// infinity, else 0.
typedef struct {
  float low, high, poison;
} row_range;

INLINE row_range range_of(const float *input, size_t count) {
  vf low[CHAINS] = {0}, high[CHAINS] = {0}, poison[CHAINS] = {0};
  size_t i = 0;
  for (; i + CHAINS * VIT_WIDTH <= count; i += CHAINS * VIT_WIDTH) {
    UNROLL for (size_t j = 0; j < CHAINS; j++) {
      vf x = vf_load(input + i + j * VIT_WIDTH);
      low[j] = vf_min(x, low[j]);
      high[j] = vf_max(x, high[j]);
      poison[j] = vf_fma(x, (vf)0.0f, poison[j]);
    }
  }
  for (; i < count; i += VIT_WIDTH) {
    vf x = load_at(input, i, count);
    low[0] = vf_min(x, low[0]);
    high[0] = vf_max(x, high[0]);
    poison[0] = vf_fma(x, (vf)0.0f, poison[0]);
  }
  vf least = vf_min(vf_min(low[0], low[1]), vf_min(low[2], low[3]));
  vf most = vf_max(vf_max(high[0], high[1]), vf_max(high[2], high[3]));
  return (row_range){
    -vf_largest(-least), vf_largest(most),
    vf_sum((poison[0] + poison[1]) + (poison[2] + poison[3]))};
}

typedef uint8_t v8 __attribute__((ext_vector_type(VIT_WIDTH)));

// Stores the low bytes of `count` elements.
INLINE void store_bytes(void *out, vi q, size_t count) {
  v8 bytes = __builtin_convertvector(__builtin_bit_cast(vu, q), v8);
  if (count == VIT_WIDTH) {
    __builtin_memcpy(out, &bytes, sizeof bytes);
  } else {
    uint8_t all[VIT_WIDTH];
    __builtin_memcpy(all, &bytes, sizeof bytes);
    for (size_t j = 0; j < count; j++) ((uint8_t *)out)[j] = all[j];
  }
}

static void to_uint8(
  const float *input, size_t count, size_t padded, uint8_t *out, float *scale, float *offset) {
  row_range range = range_of(input, count);
  // The difference may exceed the largest float, the quotients' cannot.
  float step = range.high / 255 - range.low / 255;
  int finite = range.poison == 0;
  *scale = finite ? step : __builtin_nanf("");
  *offset = finite ? range.low : 0;
  size_t i = 0;
  // Below this the step's inverse is no float32, and the values count as the smallest.
  if (finite && step > 1e-30f) {
    // As the range holds zero, |low / step| <= 255 and the quotients stay within 0 and 255 but for
    // what rounding to the nearest takes away. Adding VIT_ROUND leaves them in the low byte.
    float inverse = 1 / step, start = -range.low * inverse;
#if VIT_WIDTH == 16
    // Storing 16 bytes takes as long as storing 64.
    for (; i + 64 <= count; i += 64) {
      __m512i q[4];
      UNROLL for (size_t j = 0; j < 4; j++) {
        vf quotient = vf_rounded_once(vf_load(input + i + j * 16), (vf)inverse, (vf)start);
        q[j] = _mm512_cvtps_epi32((__m512)quotient);
      }
      __m512i words = _mm512_packs_epi32(q[0], q[1]), more = _mm512_packs_epi32(q[2], q[3]);
      // Packing works within each quarter of the vectors.
      const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
      words = _mm512_permutexvar_epi32(order, _mm512_packus_epi16(words, more));
      _mm512_storeu_si512(out + i, words);
    }
#endif
    for (; i + VIT_WIDTH <= count; i += VIT_WIDTH) {
      vf quotient = vf_rounded_once(vf_load(input + i), (vf)inverse, (vf)start);
      store_bytes(out + i, vi_bits(quotient + VIT_ROUND), VIT_WIDTH);
    }
    if (i < count) {
      vf quotient =
        vf_rounded_once(vf_load_some(input + i, count - i), (vf)inverse, (vf)start);
      store_bytes(out + i, vi_bits(quotient + VIT_ROUND), count - i);
      i = count;
    }
  }
  for (; i < padded; i++) out[i] = 0;
}

INLINE vi clamp(vi q, int32_t low, int32_t high) {
  q = q < low ? (vi)low : q;
  return q > high ? (vi)high : q;
}

static int32_t to_int8(
  const float *input, size_t count, size_t padded, int8_t *out, float *scale) {
  row_range range = range_of(input, count);
  float largest = range.high > -range.low ? range.high : -range.low;
  int finite = range.poison == 0;
  *scale = finite ? largest / 127 : __builtin_nanf("");
  vi sums = (vi)0;
  size_t i = 0;
  if (finite && *scale > 1e-30f) {
    vf inverse = (vf)(1 / *scale);
    for (; i < count; i += VIT_WIDTH) {
      size_t some = count - i < VIT_WIDTH ? count - i : VIT_WIDTH;
      vi q = clamp(vf_round_to_int(vf_load_some(input + i, some) * inverse), -127, 127);
      sums += q;
      store_bytes(out + i, q, some);
    }
    i = count;
  }
  for (; i < padded; i++) out[i] = 0;
  int32_t sum = 0;
  for (int j = 0; j < VIT_WIDTH; j++) sum += sums[j];
  return sum;
}

#if VIT_WIDTH == 16
#define INTERLEAVE_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define INTERLEAVE_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif VIT_WIDTH == 8
#define INTERLEAVE_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define INTERLEAVE_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define INTERLEAVE_LOW 0, 4, 1, 5
#define INTERLEAVE_HIGH 2, 6, 3, 7
#endif

// A square of VIT_WIDTH rows and columns: interleaving the rows' first half with the second moves
// the highest bit of an element's place, row · VIT_WIDTH + column, to the lowest; log2(VIT_WIDTH)
// times exchange row and column.
INLINE void transpose_square(vi rows[VIT_WIDTH]) {
  UNROLL for (int round = 1; round < VIT_WIDTH; round *= 2) {
    vi next[VIT_WIDTH];
    UNROLL for (int i = 0; i < VIT_WIDTH / 2; i++) {
      next[2 * i] = __builtin_shufflevector(rows[i], rows[i + VIT_WIDTH / 2], INTERLEAVE_LOW);
      next[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + VIT_WIDTH / 2], INTERLEAVE_HIGH);
    }
    UNROLL for (int i = 0; i < VIT_WIDTH; i++) rows[i] = next[i];
  }
}

INLINE vi vi_load_some(const void *from, size_t count) {
  return vi_bits(vf_load_some(from, count));
}

static void transpose(
  const void *input, size_t stride, size_t rows, size_t groups, size_t width, void *out) {
  for (size_t g = 0; g < groups; g += VIT_WIDTH) {
    size_t some = groups - g < VIT_WIDTH ? groups - g : VIT_WIDTH;
    for (size_t c = 0; c < width; c += VIT_WIDTH) {
      vi square[VIT_WIDTH];
      UNROLL for (size_t r = 0; r < VIT_WIDTH; r++) {
        const char *from = (const char *)input + (c + r) * stride + g * 4;
        square[r] = c + r >= rows ? (vi)0
          : some == VIT_WIDTH ? vi_load(from) : vi_load_some(from, some);
      }
      transpose_square(square);
      char *to = (char *)out + (g * width + c) * 4;
      if (some == VIT_WIDTH) {
        UNROLL for (size_t r = 0; r < VIT_WIDTH; r++) vi_store(to + r * width * 4, square[r]);
      } else {
        for (size_t r = 0; r < some; r++) vi_store(to + r * width * 4, square[r]);
      }
    }
  }
}

static void interleave(
  const uint16_t *first, const uint16_t *second, size_t count, size_t width, uint16_t *out) {
  for (size_t c = 0; c < width; c += VIT_WIDTH) {
    size_t some = c >= count ? 0 : count - c < VIT_WIDTH ? count - c : VIT_WIDTH;
    vu pair = load_halves(first + c, some);
    if (second != NULL) pair |= load_halves(second + c, some) << 16;
    __builtin_memcpy(out + 2 * c, &pair, sizeof pair);
  }
}

#endif
