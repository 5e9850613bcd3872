#!/usr/bin/env python3
"""Prints the coefficients of GELU's erf in Sources/CKernels/vector/functions.h.

erf(x/√2) ≈ x P(x²) / Q(x²) on [0, LIMIT], fitted to erf · (1 + OVER) by Lawson's iteration (least
squares whose weights grow where the error is large) so that the largest error of x/2 · erf(x/√2)
is least.
"""
import math

import numpy as np

LIMIT, OVER, DEGREE = 5.75, 1e-7, 5

nodes = np.cos(np.pi * (np.arange(1500) + 0.5) / 1500)
x = LIMIT / 2 * (1 - nodes)
x = x[x > 1e-3]
target = np.array([math.erf(value / math.sqrt(2)) for value in x]) * (1 + OVER)
s = (x / LIMIT) ** 2

denominator, weight, least = np.ones_like(x), np.ones_like(x), math.inf
for _ in range(60):
    scale = np.maximum(x, 0.3) / 2 * np.sqrt(weight) / denominator
    of_p = x[:, None] * s[:, None] ** np.arange(DEGREE + 1)
    of_q = -target[:, None] * s[:, None] ** np.arange(1, DEGREE + 1)
    system = np.concatenate([of_p, of_q], axis=1) * scale[:, None]
    solution = np.linalg.lstsq(system, target * scale, rcond=None)[0]
    p, q = solution[: DEGREE + 1], np.concatenate([[1], solution[DEGREE + 1 :]])
    denominator = np.polyval(q[::-1], s)
    error = np.abs(x * np.polyval(p[::-1], s) / denominator - target) * x / 2
    if error.max() < least:
        least = error.max()
        best = [c / LIMIT ** (2 * np.arange(DEGREE + 1)) for c in (p, q)]
    weight *= error / error.max() + 1e-3
    weight /= weight.mean()

for name, coefficients in zip("PQ", best):
    print(name, *(repr(float(np.float32(c))) for c in coefficients))
print("largest error before rounding:", least)
