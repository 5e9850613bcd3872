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

/// x Φ(x) = x/2 + x/2 · erf(x/√2), absolute error 1e-6, exactly x or 0 for |x| >= 5.75.
///
/// erf(x/√2) ≈ x P(x²) / Q(x²), both of degree 5: the minimax fit of the product's absolute error
/// on [0, 5.75] to erf · (1 + 1e-7), so that it reaches 1 before the clamp and the tail is clean.
/// scripts/reference/fit-gelu.py prints the coefficients.
INLINE vf vf_gelu_erf(vf x) {
  vf inside = vf_max((vf)(-5.75f), vf_min((vf)5.75f, x));
  vf s = inside * inside;
  vf p = (vf)4.2129691735226515e-08f, q = (vf)1.1758810387618723e-06f;
  p = vf_fma(p, s, (vf)1.343816620646976e-05f);
  q = vf_fma(q, s, (vf)8.519743278156966e-05f);
  p = vf_fma(p, s, (vf)0.00040490063838660717f);
  q = vf_fma(q, s, (vf)0.0020722802728414536f);
  p = vf_fma(p, s, (vf)0.009759621694684029f);
  q = vf_fma(q, s, (vf)0.030476748943328857f);
  p = vf_fma(p, s, (vf)0.07401376962661743f);
  q = vf_fma(q, s, (vf)0.2594236731529236f);
  p = vf_fma(p, s, (vf)0.7978835701942444f);
  q = vf_fma(q, s, (vf)1.0f);
  vf erf = vf_max((vf)(-1.0f), vf_min((vf)1.0f, inside * p / q));
  vf half = 0.5f * x;
  return vf_fma(half, erf, half);
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
