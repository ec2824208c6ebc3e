"""Prints the Chebyshev coefficients of ErrorFunction.java and the relative error they leave."""
import math

NODES = 200
TERMS = 16


def scaled(z):
    """erfc(z) * exp(z^2), by a continued fraction where the product would lose its digits."""
    if z < 3:
        return math.exp(z * z) * math.erfc(z)
    f = 0.0
    for k in range(200, 0, -1):
        f = (k / 2) / (z + f)
    return 1 / (z + f) / math.sqrt(math.pi)


def g(u):
    t = (u + 1) / 2
    return math.log(scaled(2 / t - 2) / t)


values = [g(math.cos(math.pi * (k + 0.5) / NODES)) for k in range(NODES)]
series = [
    2 / NODES * sum(v * math.cos(j * math.pi * (k + 0.5) / NODES) for k, v in enumerate(values))
    for j in range(TERMS)
]


def erfc(x):
    z = abs(x)
    t = 2 / (2 + z)
    u = 2 * t - 1
    b1 = b2 = 0
    for c in reversed(series[1:]):
        b1, b2 = 2 * u * b1 - b2 + c, b1
    positive = t * math.exp(-z * z + u * b1 - b2 + series[0] / 2)
    return positive if x >= 0 else 2 - positive


for c in series:
    print("%.10e," % c)
points = [i / 1000 for i in range(-6000, 6001)]
print(max(abs(erfc(x) / math.erfc(x) - 1) for x in points))
