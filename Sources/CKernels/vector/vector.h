// Vectors of VIT_WIDTH floats and integers in the compiler's own notation, so that one body
// serves every instruction set. Included by the files that choose a width and a target.
//
// Comparisons are written so that NaN in the second operand wins: `a > b ? a : b` is b when
// either is NaN.
#ifndef vit_vector_h
#define vit_vector_h

#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline, unused))
#define UNROLL _Pragma("clang loop unroll(full)")

// A loop that begins a line of the instruction cache. A hot one that lies across a line more takes
// up to a tenth longer (6 x 2 tiles in float32, Zen 3), and where the linker puts it changes with
// every edit of what stands before it.
#if defined(__has_c_attribute) && __has_c_attribute(clang::code_align)
#define ALIGN_LOOP [[clang::code_align(64)]]
#else
#define ALIGN_LOOP
#endif

typedef float vf __attribute__((ext_vector_type(VIT_WIDTH)));
typedef int32_t vi __attribute__((ext_vector_type(VIT_WIDTH)));
typedef uint32_t vu __attribute__((ext_vector_type(VIT_WIDTH)));

INLINE vf vf_load(const float *from) {
  vf v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

INLINE void vf_store(float *to, vf v) { __builtin_memcpy(to, &v, sizeof v); }

INLINE vi vi_load(const void *from) {
  vi v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

INLINE void vi_store(void *to, vi v) { __builtin_memcpy(to, &v, sizeof v); }

// The first `count` elements, zeros after them.
INLINE vf vf_load_some(const float *from, size_t count) {
  if (count == VIT_WIDTH) return vf_load(from);
#if VIT_WIDTH == 16
  return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#else
  float all[VIT_WIDTH] = {0};
  for (size_t i = 0; i < count; i++) all[i] = from[i];
  return vf_load(all);
#endif
}

// The first `count` elements of v, those of `other` after them.
INLINE vf vf_first_or(vf v, size_t count, vf other) {
#if VIT_WIDTH == 16
  return (vf)_mm512_mask_mov_ps((__m512)other, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  float all[VIT_WIDTH], rest[VIT_WIDTH];
  __builtin_memcpy(all, &v, sizeof v);
  __builtin_memcpy(rest, &other, sizeof other);
  for (size_t i = count; i < VIT_WIDTH; i++) all[i] = rest[i];
  return vf_load(all);
#endif
}

INLINE void vf_store_some(float *to, vf v, size_t count) {
  if (count == VIT_WIDTH) return vf_store(to, v);
#if VIT_WIDTH == 16
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  float all[VIT_WIDTH];
  vf_store(all, v);
  for (size_t i = 0; i < count; i++) to[i] = all[i];
#endif
}

// a · b + c, rounded once where the instruction set can. Where it cannot, the product is rounded too:
// the compiler would call the library's function, element by element.
INLINE vf vf_fma(vf a, vf b, vf c) {
#if defined(VIT_MULTIPLIES_APART)
  return a * b + c;
#else
  return __builtin_elementwise_fma(a, b, c);
#endif
}

// a · b + c rounded once, whatever the instruction set, for a result that is no denormal.
INLINE vf vf_rounded_once(vf a, vf b, vf c) {
#if defined(VIT_MULTIPLIES_APART)
  typedef double vd __attribute__((ext_vector_type(VIT_WIDTH)));
  typedef int64_t vl __attribute__((ext_vector_type(VIT_WIDTH)));
  // In float64 the product is exact. The sum is rounded to float64, then to float32, which is
  // rounding once unless the first ends half-way between two float32, and that is seldom.
  vd sum = __builtin_convertvector(a, vd) * __builtin_convertvector(b, vd)
    + __builtin_convertvector(c, vd);
  vf result = __builtin_convertvector(sum, vf);
  vl half_way = (__builtin_bit_cast(vl, sum) & 0x1fffffff) == 0x10000000;
  if (__builtin_expect(__builtin_reduce_or(half_way) != 0, 0)) {
    for (int i = 0; i < VIT_WIDTH; i++) result[i] = __builtin_fmaf(a[i], b[i], c[i]);
  }
  return result;
#else
  return vf_fma(a, b, c);
#endif
}

INLINE vf vf_max(vf a, vf b) { return a > b ? a : b; }
INLINE vf vf_min(vf a, vf b) { return a < b ? a : b; }
INLINE vf vf_abs(vf a) { return __builtin_elementwise_abs(a); }
INLINE vf vf_bits(vi a) { return __builtin_bit_cast(vf, a); }
INLINE vi vi_bits(vf a) { return __builtin_bit_cast(vi, a); }

// The sum of all elements, halves folded together.
INLINE float vf_sum(vf v) {
#if VIT_WIDTH == 16
  float __attribute__((ext_vector_type(8))) v8 = v.lo + v.hi;
  float __attribute__((ext_vector_type(4))) v4 = v8.lo + v8.hi;
#elif VIT_WIDTH == 8
  float __attribute__((ext_vector_type(4))) v4 = v.lo + v.hi;
#else
  vf v4 = v;
#endif
  float __attribute__((ext_vector_type(2))) v2 = v4.lo + v4.hi;
  return v2.x + v2.y;
}

// The largest element; NaN may be lost.
INLINE float vf_largest(vf v) {
#if VIT_WIDTH == 16
  float __attribute__((ext_vector_type(8))) v8 = v.lo > v.hi ? v.lo : v.hi;
  float __attribute__((ext_vector_type(4))) v4 = v8.lo > v8.hi ? v8.lo : v8.hi;
#elif VIT_WIDTH == 8
  float __attribute__((ext_vector_type(4))) v4 = v.lo > v.hi ? v.lo : v.hi;
#else
  vf v4 = v;
#endif
  float first = v4.x > v4.z ? v4.x : v4.z, second = v4.y > v4.w ? v4.y : v4.w;
  return first > second ? first : second;
}

// Added to |x| < 2²², leaves no room for a fraction, and x to the nearest integer, ties to even, in
// the low bits: 1.5 · 2²³.
#define VIT_ROUND 12582912.0f

// To the nearest integer, ties to even, for |x| < 2²².
INLINE vf vf_round(vf x) {
#if VIT_WIDTH == 16
  return (vf)_mm512_roundscale_ps((__m512)x, _MM_FROUND_TO_NEAREST_INT);
#else
  return (x + VIT_ROUND) - VIT_ROUND;
#endif
}

// The same as an integer.
INLINE vi vf_round_to_int(vf x) {
  vu bits = __builtin_bit_cast(vu, x + VIT_ROUND) - __builtin_bit_cast(vu, (vf)VIT_ROUND);
  return __builtin_bit_cast(vi, bits);
}

// x · 2ⁿ for an integer n from -126 to 127.
INLINE vf vf_scale(vf x, vf n) {
#if VIT_WIDTH == 16
  return (vf)_mm512_scalef_ps((__m512)x, (__m512)n);
#else
  // n sits in the low bits of the sum; 127 is added where the exponent goes.
  vu power = (__builtin_bit_cast(vu, n + VIT_ROUND) << 23) + 0x3f800000;
  return x * __builtin_bit_cast(vf, power);
#endif
}

#endif
