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

/// 2ˣ for x <= 0, relative error 2e-7; 2⁻¹²⁶ below -126. 2ʳ with |r| <= 1/2 is the minimax
/// polynomial of degree 5 that is exact at 0, so that the largest weight of a softmax is.
INLINE vf vf_exp2(vf x) {
  x = vf_max((vf)(-126.0f), x);
  vf shifted = x + VIT_ROUND;
  vf r = x - (shifted - VIT_ROUND);
  // scripts/reference/fit-exp2.py prints the coefficients.
  vf p = (vf)0.0013264724984765053f;
  p = vf_fma(p, r, (vf)0.009671512991189957f);
  p = vf_fma(p, r, (vf)0.05550733581185341f);
  p = vf_fma(p, r, (vf)0.24022242426872253f);
  p = vf_fma(p, r, (vf)0.6931470036506653f);
  p = vf_fma(p, r, (vf)1.0f);
  vu power = (__builtin_bit_cast(vu, shifted) << 23) + 0x3f800000;
  return p * __builtin_bit_cast(vf, power);
}

/// x Φ(x), absolute error 1.3e-6, x or nearly 0 for |x| >= 7.2.
///
/// x Φ(x) = max(x, 0) - a Φ(-a) with a = |x|, and Φ(-a) ≈ (1 - a/7.25)¹⁶ R(a): no division, and few
/// steps that wait for one another. scripts/reference/fit-gelu.py prints the coefficients. The power
/// would be denormal, which costs a hundred cycles, if `a` came closer to 7.25.
INLINE vf vf_gelu_erf(vf x) {
  vf a = vf_min((vf)7.2f, vf_abs(x));
  vf power = vf_fma(a, (vf)(-1 / 7.25f), (vf)1.0f);
  vf r = (vf)0.005446803756058216f;
  r = vf_fma(r, a, (vf)(-0.030748534947633743f));
  r = vf_fma(r, a, (vf)0.02175678126513958f);
  r = vf_fma(r, a, (vf)0.08459901809692383f);
  r = vf_fma(r, a, (vf)0.42088866233825684f);
  r = vf_fma(r, a, (vf)0.7032209038734436f);
  r = vf_fma(r, a, (vf)0.5000687837600708f);
  UNROLL for (int i = 0; i < 4; i++) power *= power;
  return vf_fma(-a * power, r, vf_max((vf)0.0f, x));
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
