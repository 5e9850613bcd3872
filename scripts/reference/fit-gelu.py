#!/usr/bin/env python3
"""Prints the coefficients of vf_gelu_erf in Sources/CKernels/vector/functions.h.

GELU(x) = max(x, 0) - a Φ(-a) with a = |x|, and Φ(-a) ≈ (LIMIT - a)¹⁶ R(a) on [0, LIMIT]: the power
falls like the tail, so that a polynomial of low degree is left. R is fitted by Lawson's iteration
so that the largest error of a Φ(-a) is least. LIMIT is the quarter for which that error is about
what is cut off beyond it.
"""
import math

import numpy as np

import lawson

LIMIT, POWER, DEGREE = 7.25, 16, 6

nodes = np.cos(np.pi * (np.arange(2000) + 0.5) / 2000)
a = LIMIT / 2 * (1 - nodes)
target = a * np.array([math.erfc(value / math.sqrt(2)) / 2 for value in a])
# Of size 1 while it is fitted: LIMIT¹⁶ is 6e13.
factor = a * (1 - a / LIMIT) ** POWER
basis = factor[:, None] * np.polynomial.chebyshev.chebvander(2 * a / LIMIT - 1, DEGREE)

best, least = lawson.fit(basis, target)

series = np.polynomial.chebyshev.Chebyshev(best / LIMIT**POWER, domain=[0, LIMIT])
coefficients = series.convert(kind=np.polynomial.Polynomial).coef
print("R", *(repr(float(np.float32(c))) for c in coefficients))
print("largest error before rounding:", least)
