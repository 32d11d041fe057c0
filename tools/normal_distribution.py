"""Print the coefficients of Φ in JavaScript: P and Q of the block Phi.

    python tools/normal_distribution.py

For a ≥ 0, g(a) = exp(a²/2)·Φ(−a) falls slowly from 1/2 to 0. P/Q, of degrees 9 and 10
with P(0) = 1/2 and Q(0) = 1, is made to equal g at 19 more points, a = 4·tan²(θ) for
equally spaced θ: Chebyshev's spacing, stretched from an interval to [0, ∞). As
P(a) − g(a)·Q(a) = 0 is linear in the other coefficients, they solve one linear system.
They come out positive, so nothing cancels when P and Q are evaluated.
"""

from mpmath import erfc, exp, lu_solve, matrix, mp, mpf, pi, polyval, sqrt, tan

M, N = 9, 10


def g(a):
    return exp(a * a / 2) * erfc(a / sqrt(2)) / 2


def coefficients():
    """Return those of P and of Q as floats, from the constant ones on."""
    points = [4 * tan(k * pi / (2 * (M + N + 1))) ** 2 for k in range(1, M + N + 1)]
    rows = [
        [a**j for j in range(1, M + 1)] + [-g(a) * a**j for j in range(1, N + 1)]
        for a in points
    ]
    solution = list(lu_solve(matrix(rows), matrix([g(a) - mpf(1) / 2 for a in points])))
    return [0.5, *map(float, solution[:M])], [1.0, *map(float, solution[M:])]


def main():
    mp.dps = 60
    P, Q = (list(reversed(found)) for found in coefficients())
    assert min(P + Q) > 0
    grid = [mpf(k) ** 2 / 4000 for k in range(401)]  # 0 to 40, denser near 0
    error = max(abs(polyval(P, a) / polyval(Q, a) / g(a) - 1) for a in grid)
    print("P =", P)
    print("Q =", Q)
    print(f"largest relative error on [0, 40]: {float(error):.1e}")


if __name__ == "__main__":
    main()
