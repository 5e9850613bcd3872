#!/usr/bin/env python3
"""Prints the coefficients of vf_exp2 in Sources/CKernels/vector/functions.h.

2ʳ ≈ 1 + r P(r) on [-1/2, 1/2], P fitted by Lawson's iteration so that the largest relative
error is least.
"""
import numpy as np

import lawson

DEGREE = 5

r = np.cos(np.pi * (np.arange(2000) + 0.5) / 2000) / 2
target = np.exp2(r)
basis = r[:, None] ** np.arange(1, DEGREE + 1) / target[:, None]
best, least = lawson.fit(basis, (target - 1) / target)

print("P", *(repr(float(np.float32(c))) for c in best))
print("largest relative error before rounding:", least)
