#!/usr/bin/env python3
"""Prints the coefficients of vf_exp2 in Sources/CKernels/vector/functions.h.

2ʳ ≈ 1 + r P(r) on [-1/2, 1/2], P fitted by Lawson's iteration (least squares whose weights grow
where the error is large) so that the largest relative error is least.
"""
import math

import numpy as np

DEGREE = 5

r = np.cos(np.pi * (np.arange(2000) + 0.5) / 2000) / 2
target = np.exp2(r)
basis = r[:, None] ** np.arange(1, DEGREE + 1) / target[:, None]

weight, least = np.ones_like(r), math.inf
for _ in range(400):
    scale = np.sqrt(weight)
    wanted = (target - 1) / target
    solution = np.linalg.lstsq(basis * scale[:, None], wanted * scale, rcond=None)[0]
    error = np.abs(basis @ solution - wanted)
    if error.max() < least:
        least, best = error.max(), solution
    weight *= error / error.max() + 1e-3
    weight /= weight.mean()

print("P", *(repr(float(np.float32(c))) for c in best))
print("largest relative error before rounding:", least)
