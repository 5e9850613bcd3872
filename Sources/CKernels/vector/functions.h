// Elementary functions on vectors. Errors are the largest seen against double precision over the
// range where the function is not constant. NaN gives NaN.
#ifndef vit_functions_h
#define vit_functions_h

#include "vector.h"
#include "../include/kernels.h"

/// eˣ, relative error 1.2e-7. e⁻⁸⁷ below -87.3, infinity above 88.4.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; eʳ by the polynomial of Cephes' expf. ln 2 is
/// split in two so that n ln 2 is exact to twice the precision.
INLINE vf vf_exp(vf x) {
  x = vf_max((vf)(-87.3f), x);
  x = vf_min((vf)(88.7f), x);
  vf shifted = vf_fma(x, (vf)1.44269504f, (vf)VIT_ROUND);
  vf n = shifted - VIT_ROUND;
  vf r = vf_fma(n, (vf)(-0.693359375f), x);
  r = vf_fma(n, (vf)2.12194440e-4f, r);
  vf p = (vf)1.9875691500e-4f;
  p = vf_fma(p, r, (vf)1.3981999507e-3f);
  p = vf_fma(p, r, (vf)8.3334519073e-3f);
  p = vf_fma(p, r, (vf)4.1665795894e-2f);
  p = vf_fma(p, r, (vf)1.6666665459e-1f);
  p = vf_fma(p, r, (vf)5.0000001201e-1f);
  p = vf_fma(p, r * r, r + 1);
  // n sits in the low bits of `shifted`; 127 is added where the exponent goes.
  vu power = (__builtin_bit_cast(vu, shifted) << 23) + 0x3f800000;
  return p * __builtin_bit_cast(vf, power);
}

/// x Φ(x), absolute error 5e-7: Φ by Abramowitz and Stegun 7.1.26. The tail q = erfc(|x|/√2) is
/// used as it is on the negative side, where 1 + erf would cancel.
INLINE vf vf_gelu_erf(vf x) {
  vf z = vf_abs(x) * 0.70710678f;
  vf t = 1 / vf_fma(z, (vf)0.3275911f, (vf)1.0f);
  vf q = (vf)1.061405429f;
  q = vf_fma(q, t, (vf)(-1.453152027f));
  q = vf_fma(q, t, (vf)1.421413741f);
  q = vf_fma(q, t, (vf)(-0.284496736f));
  q = vf_fma(q, t, (vf)0.254829592f);
  q = q * t * vf_exp(-z * z) * 0.5f;
  return x * (x < 0 ? q : 1 - q);
}

INLINE vf vf_gelu_tanh(vf x) {
  vf u = x * vf_fma(x * x, (vf)(0.044715f * 1.59576912f), (vf)1.59576912f);
  return x / (1 + vf_exp(-u));
}

INLINE vf vf_activate(const vit_activation activation, vf x) {
  switch (activation) {
    case VIT_GELU_ERF: return vf_gelu_erf(x);
    case VIT_GELU_TANH: return vf_gelu_tanh(x);
    case VIT_QUICK_GELU: return x / (1 + vf_exp(-1.702f * x));
    case VIT_RELU: return vf_max((vf)0.0f, x);
    case VIT_SILU: return x / (1 + vf_exp(-x));
    case VIT_TANH: return 1 - 2 / (1 + vf_exp(2 * x));
    default: return x;
  }
}

#endif
