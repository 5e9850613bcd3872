"""Lawson's iteration: least squares whose weights grow where the error is large."""
import math

import numpy as np


def fit(basis, target):
    """The coefficients for which the largest |basis @ coefficients - target| is least, and that."""
    weight, least = np.ones_like(target), math.inf
    for _ in range(400):
        scale = np.sqrt(weight)
        solution = np.linalg.lstsq(basis * scale[:, None], target * scale, rcond=None)[0]
        error = np.abs(basis @ solution - target)
        if error.max() < least:
            least, best = error.max(), solution
        weight *= error / error.max() + 1e-3
        weight /= weight.mean()
    return best, least
