"""The fact card: properties that SymPy works out from an activation's expression.

The real line is cut at the breakpoints and where a derivative vanishes; limits at the cuts and
signs between them decide every property but the last two, which are integrals. Where SymPy finds
no closed form for a root, a numerical one within ±16 stands in.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import pairwise

import mpmath
import sympy
from sympy import EmptySet, FiniteSet, Float, Integer, Interval, Max, Min, Rational, Union, exp, oo

from .blocks import BLOCKS, cases, stable
from .display import table

FACTS = {
    "value_at_0": ("value at 0", "f(0)"),
    "slope_at_0": ("slope at 0", "f′(0); undefined at a kink or a jump"),
    "limits": ("limits", "what f(x) tends to as x → −∞ and as x → ∞"),
    "range": ("range", "all values that f takes"),
    "zeros": ("zeros", "where f(x) = 0"),
    "parity": ("parity", "even: f(−x) = f(x); odd: f(−x) = −f(x)"),
    "monotone": ("monotone", "whether f only rises, or only falls, from left to right"),
    "convex": ("convex", "whether chords lie above the curve (convex) or below it (concave)"),
    "inflections": ("inflection points", "where the curve changes the way it bends"),
    "breakpoints": ("breakpoints", "where one formula of f ends and the next begins"),
    "smoothness": ("smoothness", "how many derivatives are continuous everywhere; −1: f jumps"),
    "lipschitz": ("Lipschitz constant", "the steepest slope: |f(a) − f(b)| ≤ L·|a − b|"),
    "steepest_at": ("steepest at", "where |f′| reaches L; empty when it only comes close"),
    "saturation": ("saturation", "where |f′(x)| < 0.01: hardly any gradient passes"),
    "zero_centred": ("zero-centred", "whether the mean of f(z) is 0 for z from N(0, 1)"),
    "total": ("total", "the sum of all outputs"),
    "null_vector": ("null vector", "the direction in which logits may move without any effect"),
    "rank": ("rank of the Jacobian", "in how many directions the outputs can move"),
    "gain": ("gain", "1/√E f(z)² for z from N(0, 1): the factor that keeps the mean square at 1"),
}


# One word for each set of signs that a derivative takes.
SIGNS = ({1}, {0, 1}, {0}, {-1, 0}, {-1})
MONOTONE = ("increasing", "non-decreasing", "constant", "non-increasing", "decreasing")
CONVEX = ("strictly convex", "convex", "affine", "concave", "strictly concave")


class Facts(Mapping):
    """A read-only mapping from a fact's name to a SymPy object, shown as a table."""

    def __init__(self, title, facts):
        self._title, self._facts = title, facts

    def __getitem__(self, name):
        return self._facts[name]

    def __iter__(self):
        return iter(self._facts)

    def __len__(self):
        return len(self._facts)

    def __repr__(self):
        lines = [f"{FACTS[name][0]}: {shortened(value)}" for name, value in self.items()]
        return "\n".join([self._title, *lines])

    def _repr_html_(self):
        rows = [(FACTS[name][0], _math(value), FACTS[name][1]) for name, value in self.items()]
        return table((self._title, "value", "what it means"), rows)


def shortened(value):
    """Return `value` with numbers of 6 digits in the place of long closed forms."""
    long = any(len(str(part)) > 10 for part in value.atoms(sympy.log, sympy.Pow))
    return value.evalf(6) if long or value.atoms(Float) else value


def _math(value):
    if isinstance(value, sympy.Tuple):
        return " and ".join(map(_math, value))
    if value in (sympy.true, sympy.false):
        return "yes" if value else "no"
    return str(value) if isinstance(value, sympy.Symbol) else f"${sympy.latex(shortened(value))}$"


def inside(interval):
    """Return a point of an open interval."""
    low = Max(interval.inf, Min(interval.sup, 1) - 2)  # finite ends take the place of infinite ones
    return (low + Min(interval.sup, low + 2)) / 2


class Piece:
    """One smooth formula of a function, or of a derivative of it, on one interval."""

    def __init__(self, x, domain, expression):
        self.x, self.domain = x, domain
        self.expression = stable(expression).rewrite(BLOCKS, exp)
        self.constant = not self.expression.has(x)

    @cached_property
    def slope(self):
        """The derivative, on the interior of the domain."""
        return Piece(self.x, self.domain.interior, self.expression.diff(self.x))

    @cached_property
    def ends(self):
        """The limits at the left and at the right end of the domain."""
        sides = ((self.domain.inf, "+"), (self.domain.sup, "-"))
        return tuple(sympy.limit(self.expression, self.x, point, side) for point, side in sides)

    def where(self, level):
        """Return the set of points of the domain where the expression has the value `level`."""
        equation = self.expression - level
        numerator = sympy.numer(sympy.together(equation))
        if not numerator.has(self.x):
            return self.domain if equation == 0 else EmptySet
        # SymPy solves a polynomial in e^x, say, up to degree 4; with x and e^x side by side, not.
        polynomial = sympy.Poly(numerator)
        functions = sum(part.has(self.x) for part in polynomial.gens)
        if functions == 1 and polynomial.total_degree() <= 4:
            found = sympy.solveset(equation, self.x, self.domain)
            if isinstance(found, FiniteSet) or found is EmptySet:
                return found
        value = sympy.lambdify(self.x, equation, "mpmath")
        points = [Rational(k, 16) for k in range(-256, 257) if Rational(k, 16) in self.domain]
        with mpmath.workdps(100):
            sign = {point: mpmath.sign(value(mpmath.mpf(point.p) / point.q)) for point in points}
            ends = (pair for pair in pairwise(points) if sign[pair[0]] * sign[pair[1]] < 0)
            roots = [mpmath.findroot(value, pair, "anderson") for pair in ends]
        zeros = (p for p in points if sign[p] == 0 and equation.subs(self.x, p) == 0)
        return FiniteSet(*map(Float, roots), *zeros)

    def gaps(self, *levels):
        """Return [(open interval, value inside), ...] between the points of the `levels`."""
        cuts = [] if self.constant else Union(*(self.where(level) for level in levels))
        ends = [self.domain.inf, *sorted(set(cuts) - {*self.domain.boundary}), self.domain.sup]
        gaps = [Interval.open(*gap) for gap in pairwise(ends)]
        return [(gap, self.expression.subs(self.x, inside(gap)).evalf()) for gap in gaps]

    def extremes(self):
        """Return {value: where it is taken} for the values that may be the least or the largest."""
        if self.constant:
            return {self.expression: self.domain}
        places = dict.fromkeys(self.ends, EmptySet)
        for point in Union(self.domain.boundary & self.domain, self.slope.where(0)):
            value = self.expression.subs(self.x, point)
            places[value] = Union(places.get(value, EmptySet), FiniteSet(point))
        return places

    def image(self):
        """Return the set of all values of the expression on the domain."""
        places = self.extremes()
        low, high = Min(*places), Max(*places)
        return Interval(low, high, not places[low], not places[high])

    def gaussian_integral(self, power):
        """Return the integral of the expression's power times the density of N(0, 1)."""
        value = sympy.lambdify(self.x, self.expression**power, "mpmath")
        ends = max(self.domain.inf, -20), min(self.domain.sup, 20)
        return mpmath.quad(lambda z: value(z) * mpmath.npdf(z), mpmath.linspace(*ends, 9))


def lipschitz(slopes):
    """Return the largest |slope|, and the set where it is reached."""
    places = {}
    for value, place in (pair for slope in slopes for pair in slope.extremes().items()):
        places[abs(value)] = Union(places.get(abs(value), EmptySet), place)
    return Max(*places), places[Max(*places)]


def word(words, parts):
    """Return the word for the signs of the slopes, and of the jumps from one part to the next."""
    jumps = {sympy.sign(right.ends[0] - left.ends[1]) for left, right in pairwise(parts)}
    slopes = {sympy.sign(value) for part in parts for _, value in part.slope.gaps(0)}
    signs = slopes | (jumps - {0})
    return sympy.Symbol(words[SIGNS.index(signs)] if signs in SIGNS else "neither")


@lru_cache
def card(activation, **parameters):
    """Return the facts of `activation`, given an exact value for each of its parameters."""
    return Facts(activation.title, activation.derive(**parameters))


def derive(activation, **parameters):
    """Return what the fact card says of a function of one number."""
    x = activation.x
    value, slope = (activation.diff(order, **parameters) for order in (0, 1))
    pieces = [Piece(x, *pair) for pair in activation.pieces(**parameters)]
    slopes = [piece.slope for piece in pieces]
    joints = FiniteSet(*(piece.domain.sup for piece in pieces[:-1]))
    sides = ((k, *activation.one_sided(k, p, **parameters)) for k in range(9) for p in joints)
    rough = (order for order, left, right in sides if left != right)
    # Formulas that agree in so many derivatives are one formula.
    smooth = sympy.sympify(next(rough, oo)) - 1
    steepest, steepest_at = lipschitz(slopes) if smooth >= 0 else (oo, EmptySet)
    touched = (point for point in joints if abs(slope.subs(x, point)) == steepest)
    bent = pairwise(gap for piece in slopes for gap in piece.slope.gaps(0))
    low = Rational(1, 100)
    flat = (gap for piece in slopes for gap, value in piece.gaps(-low, low) if abs(value) < low)
    t = sympy.Dummy(positive=True)
    value = sympy.Piecewise(*cases(value))
    ahead, behind = value.subs(x, t), value.subs(x, -t)
    even, odd = (sympy.simplify(ahead - sign * behind) == 0 for sign in (1, -1))
    mean, square = (sum(piece.gaussian_integral(power) for piece in pieces) for power in (1, 2))
    return {
        "value_at_0": value.subs(x, 0),
        "slope_at_0": slope.subs(x, 0),
        "limits": sympy.Tuple(pieces[0].ends[0], pieces[-1].ends[1]),
        "range": Union(*(piece.image() for piece in pieces)),
        "zeros": Union(*(piece.where(0) for piece in pieces)),
        "parity": sympy.Symbol("even" if even else "odd" if odd else "neither"),
        "monotone": word(MONOTONE, pieces),
        "convex": word(CONVEX, slopes) if smooth >= 0 else sympy.Symbol("neither"),
        "inflections": FiniteSet(*(left.sup for (left, a), (_, b) in bent if a * b < 0)),
        "breakpoints": joints,
        "smoothness": smooth,
        "lipschitz": steepest,
        "steepest_at": Union(steepest_at, FiniteSet(*touched)),
        "saturation": Union(*flat),
        "zero_centred": sympy.sympify(abs(mean) < 1e-12),
        "gain": Float(1 / mpmath.sqrt(square)) if square else oo,
    }


def derive_vector(activation, **parameters):
    """Return what the fact card says of a vector function, for three logits."""
    z = activation.logits(3)
    outputs = activation.expr_for(3, **parameters)
    slopes = activation.jacobian_expr(3, **parameters).subs(dict.fromkeys(z, 0))
    steepest = activation.jacobian_expr(2, **parameters)[0].subs(z[1], 0)
    return {
        "value_at_0": outputs.subs(dict.fromkeys(z, 0)),
        "slope_at_0": slopes,
        "total": sympy.simplify(sum(outputs)),
        "null_vector": slopes.nullspace()[0],
        "rank": Integer(slopes.rank()),
        # A row sums to 0, so the sum of its absolute values is twice its largest, the diagonal.
        "lipschitz": sympy.maximum(2 * steepest, z[0]),
    }
