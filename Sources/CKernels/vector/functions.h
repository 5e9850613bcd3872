// Elementary functions on vectors. Errors are the largest seen against double precision over the
// range where the function is not constant. NaN gives NaN, and an infinite x nothing finite.
#ifndef vit_functions_h
#define vit_functions_h

#include "vector.h"
#include "../include/kernels.h"

// 2ˣ for x <= 127, relative error 2e-7; 2⁻¹²⁵ below -125, as denormals are slow. 2ʳ with |r| <= 1/2
// is the minimax polynomial of degree 5 that is exact at 0, so that the largest weight of a softmax
// is.
INLINE vf vf_exp2(vf x) {
  x = vf_max((vf)(-125.0f), x);
  vf n = vf_round(x), r = x - n;
  // scripts/reference/fit-exp2.py prints the coefficients.
  vf p = (vf)0.001326472731307149f;
  p = vf_fma(p, r, (vf)0.009671512991189957f);
  p = vf_fma(p, r, (vf)0.05550733581185341f);
  p = vf_fma(p, r, (vf)0.24022242426872253f);
  p = vf_fma(p, r, (vf)0.6931470036506653f);
  return vf_scale(vf_fma(p, r, (vf)1.0f), n);
}

// x Φ(x), absolute error 1.3e-6, x or 0 for |x| >= 7.25.
//
// x Φ(x) = max(x, 0) - a Φ(-a) with a = |x|, and Φ(-a) ≈ (7.25 - a)¹⁶ R(a): no division, and few
// steps that wait for one another. scripts/reference/fit-gelu.py prints the coefficients. Beyond the
// limit the power is 0, and 0 · ∞ is no number.
INLINE vf vf_gelu_erf(vf x) {
  vf size = vf_abs(x), a = vf_min((vf)7.25f, size);
  vf power = 7.25f - a;
  vf r = (vf)9.348321474019448e-17f;
  r = vf_fma(r, a, (vf)(-5.277355133364377e-16f));
  r = vf_fma(r, a, (vf)3.7341053079989765e-16f);
  r = vf_fma(r, a, (vf)1.451968631590271e-15f);
  r = vf_fma(r, a, (vf)7.223690097696647e-15f);
  r = vf_fma(r, a, (vf)1.2069343666306319e-14f);
  r = vf_fma(r, a, (vf)8.582654511678396e-15f);
  UNROLL for (int i = 0; i < 4; i++) power *= power;
  return vf_fma(-size * power, r, vf_max((vf)0.0f, x));
}

// 1 + e⁻ˣ, relative error 3e-7 where it is not 1 or 2¹²⁶: what a sigmoid divides by.
INLINE vf vf_sigmoid_divisor(vf x) {
  return 1 + vf_exp2(vf_min((vf)126.0f, x * -1.44269504f));
}

INLINE vf vf_gelu_tanh(vf x) {
  return x / vf_sigmoid_divisor(x * vf_fma(x * x, (vf)(0.044715f * 1.59576912f), (vf)1.59576912f));
}

// `x - x` is 0, or what is no number where x is infinite: a broken weight must not end as a 0 or 1.
INLINE vf vf_activate(const vit_activation activation, vf x) {
  switch (activation) {
    case VIT_GELU_ERF: return vf_gelu_erf(x);
    case VIT_GELU_TANH: return vf_gelu_tanh(x);
    case VIT_QUICK_GELU: return x / vf_sigmoid_divisor(1.702f * x);
    case VIT_RELU: return vf_max((vf)0.0f, x) + (x - x);
    case VIT_SILU: return x / vf_sigmoid_divisor(x);
    case VIT_TANH: return 2 / vf_sigmoid_divisor(2 * x) - 1 + (x - x);
    default: return x;
  }
}

#endif
