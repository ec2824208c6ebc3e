"""Prints the quotients of polynomials of Tanh.java and ErrorFunction.java, and the error they leave in floats."""
import math
from fractions import Fraction

import numpy as np


def lambert(levels):
    """tanh(x) / x = P(u) / Q(u) with u = x^2: 1 / (1 + u / (3 + u / (5 + ...))), cut off."""
    above, below = [Fraction(1)], [Fraction(2 * levels - 1)]
    for k in range(levels - 1, 0, -1):
        above, below = below, add([(2 * k - 1) * b for b in below], [Fraction(0)] + above)
    return [float(a / below[0]) for a in above], [float(b / below[0]) for b in below]


def add(p, q):
    length = max(len(p), len(q))
    return [a + b for a, b in zip(p + [Fraction(0)] * (length - len(p)), q + [Fraction(0)] * (length - len(q)))]


def fitted(function, terms, end):
    """The P and Q whose quotient's largest relative error is least: least squares, where it is large weighted more."""
    x = end / 2 * (1 - np.cos(np.pi * (np.arange(4000) + 0.5) / 4000))
    u, f = x * x, np.array([function(v) for v in x]) / x
    weights, q, best = np.ones_like(x), np.ones_like(x), (math.inf, None, None)
    for _ in range(60):
        columns = [u ** i for i in range(terms)] + [-f * u ** i for i in range(1, terms)]
        system = np.stack(columns, 1) * (weights / (q * f))[:, None]
        size = np.abs(system).max(0)
        found = np.linalg.lstsq(system / size, weights / q, rcond=None)[0] / size
        above, below = found[:terms], np.concatenate([[1], found[terms:]])
        q = np.polyval(below[::-1], u)
        error = np.abs(np.polyval(above[::-1], u) / q / f - 1)
        if error.max() < best[0]:
            best = error.max(), above, below
        weights = weights * np.sqrt(error / error.max() + 1e-3)
        weights /= weights.max()
    return list(best[1]), list(best[2])


def float_text(value):
    """The shortest that names the float."""
    return np.format_float_scientific(np.float32(value), unique=True)


def show(name, function, coefficients, end):
    above, below = coefficients
    print(name, "P", [float_text(a) for a in above], "Q", [float_text(b) for b in below])
    given = np.linspace(-12, 12, 400000).astype(np.float32)
    x = np.clip(given, np.float32(-end), np.float32(end))
    p, q = (np.polyval(np.array(c[::-1], np.float32), x * x) for c in (above, below))
    exact = np.array([function(float(v)) for v in given])
    print(name, "relative error", np.abs(x * p / q / exact - 1).max())


show("tanh", math.tanh, lambert(13), 9.02)
show("erf", math.erf, fitted(math.erf, 6, 3.85), 3.85)
