// Multiply-adds in registers only: the rate that no matrix product can exceed.
#ifndef vit_multiply_adds_h
#define vit_multiply_adds_h

#include "tile.h"

#if defined(__aarch64__)
#define VIT_HIDE(v) __asm__ volatile("" : "+w"(v))
#else
#define VIT_HIDE(v) __asm__ volatile("" : "+v"(v))
#endif

// Defines `name`, the loop of one precision; `each` is the multiply-adds of a 4-byte group.
#define VIT_DEFINE_MULTIPLY_ADDS(name, sums, STEP, each)                                      \
  INLINE double name##_of(double count, const int accumulators) {                              \
    const double round = (double)accumulators * VIT_WIDTH * (each);                            \
    const size_t rounds = (size_t)(count / round) + 1;                                         \
    vi a = (vi)0x3f003f00, b = (vi)0x3c003c00;                                                 \
    sums sum[24];                                                                              \
    UNROLL for (int i = 0; i < accumulators; i++) sum[i] = (sums)0;                            \
    for (size_t r = 0; r < rounds; r++) {                                                      \
      VIT_HIDE(b);                                                                             \
      UNROLL for (int i = 0; i < accumulators; i++) {                                          \
        /* Hidden for each: a set that multiplies and adds apart would share the product. */   \
        VIT_HIDE(a);                                                                           \
        sum[i] = STEP(sum[i], a, b);                                                           \
      }                                                                                        \
    }                                                                                          \
    UNROLL for (int i = 0; i < accumulators; i++) VIT_HIDE(sum[i]);                            \
    return (double)rounds * round;                                                             \
  }                                                                                            \
  static double name(double count, int accumulators) {                                         \
    switch (accumulators) {                                                                    \
      case 4: return name##_of(count, 4);                                                      \
      case 8: return name##_of(count, 8);                                                      \
      case 12: return name##_of(count, 12);                                                    \
      case 16: return name##_of(count, 16);                                                    \
      case 20: return name##_of(count, 20);                                                    \
      default: return name##_of(count, 24);                                                    \
    }                                                                                          \
  }

#endif
