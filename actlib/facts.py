"""The fact card: properties of a function, worked out from its pieces.

The line is cut where a formula ends and where a derivative vanishes; limits at the cuts
and signs between them decide every property but the last two, which are integrals. A
fact is right, or it is not given: then its value is NOT_WORKED_OUT.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from itertools import pairwise
from typing import Any

import mpmath
import sympy
from mpmath import mpf
from sympy import (
    EmptySet,
    Expr,
    FiniteSet,
    Float,
    Integer,
    Interval,
    Rational,
    S,
    Set,
    Symbol,
    Tuple,
    Union,
    nan,
    oo,
)
from sympy.logic.boolalg import Boolean

from .blocks import BLOCKS, log1p, written_out
from .digits import mpmath_code, precise
from .display import table
from .limits import NotWorkedOut, settled
from .pieces import Piece, between, intervals, joint_at, joints, piece_at
from .roots import roots

NOT_WORKED_OUT = Symbol("not worked out")

# Name: title, meaning. The order is that of the card.
FACTS = {
    "value_at_0": ("value at 0", "f(0)"),
    "slope_at_0": ("slope at 0", "f′(0); undefined at a kink or a jump"),
    "limits": ("limits", "what f(x) tends to as x → −∞ and as x → ∞"),
    "range": ("range", "all values that f takes"),
    "zeros": ("zeros", "where f(x) = 0"),
    "parity": ("parity", "even: f(−x) = f(x); odd: f(−x) = −f(x)"),
    "monotone": ("monotone", "whether f only rises, or only falls, from left to right"),
    "convex": (
        "convex",
        "whether chords lie above the curve (convex) or below it (concave)",
    ),
    "inflections": (
        "inflection points",
        "where the curve changes the way it bends",
    ),
    "breakpoints": ("breakpoints", "where one formula of f ends and the next begins"),
    "smoothness": (
        "smoothness",
        "how many derivatives are continuous everywhere; −1: f jumps",
    ),
    "lipschitz": (
        "Lipschitz constant",
        "the steepest slope: |f(a) − f(b)| ≤ L·|a − b|",
    ),
    "steepest_at": (
        "steepest at",
        "where |f′| reaches L; empty when it only comes close",
    ),
    "saturation": ("saturation", "where |f′(x)| < 0.01: hardly any gradient passes"),
    "zero_centred": (
        "zero-centred",
        "whether the mean of f(z) is 0 for z from N(0, 1)",
    ),
    "total": ("total", "the sum of all outputs"),
    "null_vector": (
        "null vector",
        "the direction in which logits may move without any effect",
    ),
    "rank": ("rank of the Jacobian", "in how many directions the outputs can move"),
    "gain": (
        "gain",
        "1/√E f(z)² for z from N(0, 1): the factor that keeps the mean square at 1",
    ),
}

# Functions that are smooth and real wherever their argument is.
ANYWHERE = (
    *(Symbol, sympy.Add, sympy.Mul, sympy.exp, sympy.sin, sympy.cos, sympy.atan),
    *(sympy.tanh, sympy.sinh, sympy.cosh, sympy.asinh),
    *(block for block in BLOCKS if block.real_everywhere),
)
FLAT = Rational(1, 100)
HIGHEST_ORDER = 8
# The word for all signs of the first derivative, and of the second.
MONOTONE = {
    (1,): "increasing",
    (0, 1): "non-decreasing",
    (0,): "constant",
    (-1, 0): "non-increasing",
    (-1,): "decreasing",
}
CONVEX = {
    (1,): "strictly convex",
    (0, 1): "convex",
    (0,): "affine",
    (-1, 0): "concave",
    (-1,): "strictly concave",
}


class Facts(Mapping[str, Any]):
    """A read-only mapping from a fact's name to a SymPy object, shown as a table.

    Facts named in `searched` are those of `stretch`: beyond it nothing is said.
    """

    def __init__(
        self,
        title: str,
        facts: Mapping[str, Any],
        stretches: Mapping[str, Interval] | None = None,
    ):
        self._title, self._facts = title, dict(facts)
        self.searched = frozenset(stretches or {})
        self.stretch = sympy.Intersection(S.Reals, *(stretches or {}).values())

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def __repr__(self) -> str:
        lines = [
            f"{FACTS[name][0]}: {shortened(value)}" for name, value in self.items()
        ]
        return "\n".join([self._title, *lines, *self._note()])

    def _repr_html_(self) -> str:
        rows = []
        for name, value in self.items():
            title, meaning = FACTS[name]
            mark = "*" if name in self.searched else ""
            rows.append((title + mark, written(value), meaning))
        notes = "".join(f"<p>* {note}</p>" for note in self._note())
        return table((escape(self._title), "value", "what it means"), rows) + notes

    def _note(self) -> list[str]:
        if not self.searched:
            return []
        start, end = (f"{x}".replace("-", "−") for x in self.stretch.args[:2])
        return [f"proved for x from {start} to {end}; further out nobody looked"]


def shortened(value: Any, digits: int = 6) -> Any:
    """Return `value` with numbers of a few digits in the place of long closed forms."""
    if isinstance(value, Tuple):
        return Tuple(*(shortened(part, digits) for part in value))
    parts = value.atoms(sympy.Function, sympy.Pow, Rational)
    long = any(len(str(part)) > 10 for part in parts if part.is_number)
    return value.evalf(digits) if long or value.atoms(Float) else value


def written(value: Any, digits: int = 6) -> str:
    """Return a fact as HTML: a word, or a formula in LaTeX."""
    if isinstance(value, Tuple):
        return " and ".join(written(part, digits) for part in value)
    if value in (sympy.true, sympy.false):
        return "yes" if value else "no"
    if isinstance(value, Symbol):
        return str(value)
    if value is nan:
        return "undefined"
    return f"${sympy.latex(shortened(value, digits))}$"


# An open interval, and the value of a formula at a place inside.
Gap = tuple[Interval, mpf]
# A value, and where it is taken.
Taken = tuple[Expr, Set]


class Properties:
    """A function of one number, given by its pieces, and what is worked out of it.

    Each public method is a fact, whose meaning FACTS says. It raises NotWorkedOut where
    nobody can tell. `stretch` shrinks to where roots were searched.
    """

    def __init__(self, pieces: Sequence[Piece]):
        self.x = pieces[0].x
        self.pieces = pieces
        self.intervals = intervals(pieces)
        self.joints = list(joints(pieces))
        self.stretch: Set = S.Reals

    def worked_out(self, name: str) -> tuple[Any, Set]:
        """Return a fact, and the stretch of x for which it is proved."""
        self.stretch = S.Reals
        try:
            if name not in ("value_at_0", "slope_at_0", "limits"):
                self._require_regular()  # what it finds is kept
            return getattr(self, name)(), self.stretch
        except Exception:  # NotWorkedOut, and what SymPy raises in its stead
            return NOT_WORKED_OUT, S.Reals

    # What several facts share

    def _require_regular(self) -> None:
        """Raise NotWorkedOut unless each piece is smooth, and real, inside its ends."""
        if any(piece.formula.has(nan, sympy.Piecewise) for piece in self.pieces):
            raise NotWorkedOut("a gap, or cuts that are not known")
        for piece in self.intervals:
            for part in sympy.preorder_traversal(piece.formula):
                self._require_smooth(piece, part)

    def _require_smooth(self, piece: Piece, part: Expr) -> None:
        inside = piece.domain.interior
        if not part.has(self.x) or isinstance(part, ANYWHERE):
            return
        if isinstance(part, sympy.Pow):
            base, exponent = part.args
            if exponent.is_Integer and exponent > 0:
                return
            positive = not exponent.is_Integer
        elif isinstance(part, sympy.log | log1p):
            base, positive = part.args[0] + int(isinstance(part, log1p)), True
        else:
            raise NotWorkedOut(f"{part.func} has singular points")
        if base.is_positive:
            return
        if self._roots(inside, base) is not EmptySet:
            raise NotWorkedOut(f"{part} has singular points")
        middle = float(between(inside.start, inside.end))
        if positive and not precise((self.x,), base)(middle) > 0:
            raise NotWorkedOut(f"{part} is not real")

    def _roots(self, domain: Interval, formula: Expr) -> Set:
        """Return where a formula is 0 inside of a domain."""
        found, stretch = roots(formula, self.x, domain)
        # The borders of a piece are no borders of the search.
        start = stretch.start if stretch.start != domain.start else -oo
        end = stretch.end if stretch.end != domain.end else oo
        self.stretch = self.stretch.intersect(Interval(start, end))
        return found

    def _gaps(self, piece: Piece, order: int, *levels: Expr) -> tuple[Set, list[Gap]]:
        """Return the points where a derivative has one of the levels, and the gaps.

        A gap is (open interval, number inside). Where the points are without end, the
        gaps are those of one period.
        """
        formula, domain = piece.derivative(order), piece.domain.interior
        levels = levels or (S.Zero,)
        points = Union(*(self._roots(domain, formula - level) for level in levels))
        cuts: list[Expr] = []
        if _is_endless(points):
            domain = self._period(formula)
            cuts = sorted(_listed(points.intersect(domain)), key=float)
        elif points.is_finite_set:
            cuts = sorted(points, key=float)
        inner = [cut for cut in cuts if cut not in domain.boundary]
        value = precise((self.x,), formula)
        gaps = []
        for low, high in pairwise([domain.start, *inner, domain.end]):
            number = value(float(between(low, high)))
            if not mpmath.isfinite(number):
                raise NotWorkedOut(f"{formula} between {low} and {high}")
            gaps.append((Interval.open(low, high), number))
        return points, gaps

    def _period(self, formula: Expr) -> Interval:
        found = sympy.periodicity(formula, self.x)
        if found is None:
            raise NotWorkedOut(f"roots without end, and no period, of {formula}")
        return Interval(0, found)

    def _values(self, piece: Piece, order: int) -> list[Taken]:
        """Return [(value, where it is taken), ...]: the extremes are among them."""
        formula, inside = piece.derivative(order), piece.domain.interior
        if not formula.has(self.x):
            return [(formula, piece.domain if order == 0 else inside)]
        points = self._roots(inside, piece.derivative(order + 1))
        if _is_endless(points):
            period = self._period(formula)
            return [
                (_at(formula, self.x, point), _repeated(point, period.end))
                for point in _listed(points.intersect(period))
                if point != period.end
            ]
        found = [(_at(formula, self.x, p), FiniteSet(p)) for p in points]
        for end, side in ((piece.domain.start, "+"), (piece.domain.end, "-")):
            value = piece.limit(order, end, side)
            if value is nan:
                raise NotWorkedOut(f"{formula} has no limit at {end}")
            taken = order == 0 and piece.domain.contains(end) == sympy.true
            found.append((value, FiniteSet(end) if taken else EmptySet))
        return found

    def _sign_pattern(self, order: int) -> tuple[int, ...]:
        """Return the signs of a derivative and of the jumps of the one before it."""
        signs: set[int] = set()
        for piece in self.intervals:
            _, gaps = self._gaps(piece, order)
            signs |= {_sign(number) for _, number in gaps}
        for joint in self.joints:
            left, right = joint.sides(order - 1)
            steps = [left, right] if order > 1 else [left, joint.value, right]
            signs |= {_sign(b - a) for a, b in pairwise(steps) if a != b} - {0}
        return tuple(sorted(signs))

    def _continuous(self) -> bool:
        return all(joint.continuous(0) for joint in self.joints)

    @cached_property
    def _mean_square(self) -> mpf:
        return self._moment(2)

    def _moment(self, power: int) -> mpf:
        """Return E f(z)^power for z from N(0, 1)."""
        return mpmath.fsum(self._integral(piece, power) for piece in self.intervals)

    def _integral(self, piece: Piece, power: int) -> mpf:
        """Return ∫ f(z)^power·φ(z) dz over a piece, where φ is the density of N(0, 1).

        Beyond ±20 nothing is left of it: that is checked.
        """
        low, high = max(piece.domain.start, -20), min(piece.domain.end, 20)
        if low >= high:
            return mpf(0)
        value = sympy.lambdify(self.x, piece.formula, mpmath_code())

        def weighted(z: mpf) -> mpf:
            return value(z) ** power * mpmath.npdf(z)

        for edge in (low, high):
            if abs(edge) == 20 and abs(weighted(mpf(int(edge)))) > 1e-40:
                raise NotWorkedOut("an integral that may have no end")
        for end, side in ((piece.domain.start, "+"), (piece.domain.end, "-")):
            if end.is_finite and piece.limit(0, end, side).is_infinite:
                raise NotWorkedOut("an integral up to a pole")
        # Cut where the curve turns or bends: an integral shall miss no bump.
        inside = piece.domain.interior
        bends = (roots(piece.derivative(k), self.x, inside)[0] for k in (1, 2))
        found = [p for points in bends if points.is_finite_set for p in points]
        steps = mpmath.linspace(mpf(low), mpf(high), 14)
        steps += [mpf(float(p)) for p in found if low < p < high]
        part, error = mpmath.quad(weighted, sorted(steps), error=True)
        if not mpmath.isfinite(part) or error > 1e-13 * max(1, abs(part)):
            raise NotWorkedOut("an integral")
        return part

    # The facts

    def value_at_0(self) -> Expr:
        """Return f(0), or nan where f has no finite value there."""
        value = piece_at(self.pieces, S.Zero).formula.subs(self.x, 0)
        return value if settled(value) and value.is_finite else nan

    def slope_at_0(self) -> Expr:
        """Return f′(0), or nan at a kink, a jump or a vertical tangent."""
        if (joint := joint_at(self.pieces, S.Zero)) is not None:
            return joint.sides(1)[0] if joint.smooth_up_to(1) else nan
        piece = piece_at(self.intervals, S.Zero)
        if piece.formula.has(sympy.Piecewise):
            raise NotWorkedOut("a slope where cuts are not known")
        value = piece.derivative(1).subs(self.x, 0)
        return nan if value.is_infinite or value is sympy.zoo else value

    def limits(self) -> Tuple:
        """Return the limits of f(x) as x → −∞ and as x → ∞."""
        first, last = self.intervals[0], self.intervals[-1]
        return Tuple(first.limit(0, -oo, "+"), last.limit(0, oo, "-"))

    def range(self) -> Set:
        """Return f(ℝ): from the least to the largest value on each piece."""
        if set(self.limits()) == {oo, -oo} and self._continuous():
            return S.Reals
        images = [FiniteSet(*(joint.value for joint in self.joints))]
        for piece in self.intervals:
            values = self._values(piece, 0)
            (low, low_at), (high, high_at) = _extreme(values, -1), _extreme(values, 1)
            ends_open = low_at is EmptySet, high_at is EmptySet
            images.append(Interval(low, high, *ends_open))
        return Union(*images)

    def zeros(self) -> Set:
        """Return {x: f(x) = 0}."""
        at_joints = (j.point for j in self.joints if j.value == 0)
        inside = (self._roots(p.domain.interior, p.formula) for p in self.intervals)
        return _merged(Union(*inside, FiniteSet(*at_joints)))

    def parity(self) -> Symbol:
        """Return even, odd or neither.

        A few numbers show which; that f(−x) = ±f(x) for every x is SymPy's to prove.
        """
        places = [Rational(k, 7) for k in (1, 3, 8, 20)]
        places += [abs(joint.point) for joint in self.joints]
        pairs = [(self._value(p), self._value(-p)) for p in places]
        even = all(_same(a, b) for a, b in pairs)
        odd = all(_same(a, -b) for a, b in pairs)
        if not even and not odd:
            return Symbol("neither")
        sign = 1 if even else -1
        for piece, twin in zip(self.intervals, reversed(self.intervals), strict=True):
            mirrored = sign * twin.formula.subs(self.x, -self.x)
            difference = written_out(piece.formula - mirrored)
            if (
                piece.domain.start != -twin.domain.end
                or sympy.simplify(difference) != 0
            ):
                raise NotWorkedOut("whether the function is even or odd")
        return Symbol("even" if even else "odd")

    def _value(self, point: Expr) -> Expr:
        piece = piece_at(self.pieces, point)
        return _at(piece.formula, self.x, Float(point, 20))

    def monotone(self) -> Symbol:
        """Return the word of MONOTONE for the signs of f′ and of the jumps of f."""
        return Symbol(MONOTONE.get(self._sign_pattern(1), "neither"))

    def convex(self) -> Symbol:
        """Return the word of CONVEX for the signs of f″ and of the jumps of f′."""
        if not self._continuous():
            return Symbol("neither")
        return Symbol(CONVEX.get(self._sign_pattern(2), "neither"))

    def inflections(self) -> Set:
        """Return where f″ changes its sign and f is continuous."""
        found, bend = [], 0
        for joint, piece in zip([None, *self.joints], self.intervals, strict=True):
            points, gaps = self._gaps(piece, 2)
            signs = [_sign(number) for _, number in gaps]
            if joint and bend * signs[0] < 0 and joint.continuous(0):
                found.append(FiniteSet(joint.point))
            ends = [gap.end for gap, _ in gaps[:-1]]
            changes = zip(ends, pairwise(signs), strict=True)
            turns = [end for end, (before, after) in changes if before * after < 0]
            if not _is_endless(points):
                found.append(FiniteSet(*turns))
            elif len(turns) == len(ends):
                found.append(points)
            elif turns:
                raise NotWorkedOut("which of endlessly many roots are inflections")
            bend = signs[-1]
        return _merged(Union(*found))

    def breakpoints(self) -> FiniteSet:
        """Return the places where two pieces meet."""
        return FiniteSet(*(joint.point for joint in self.joints))

    def smoothness(self) -> Expr:
        """Return the largest k with f, ..., f⁽ᵏ⁾ continuous; ∞ for all, −1 for none."""
        for order in range(HIGHEST_ORDER):
            if not all(joint.continuous(order) for joint in self.joints):
                return Integer(order - 1)
        for joint in self.joints:
            # Formulas that differ may still agree in every derivative.
            if sympy.simplify(joint.left.formula - joint.right.formula) != 0:
                raise NotWorkedOut("how smooth a joint is")
        return oo

    def lipschitz(self) -> Expr:
        """Return L = sup |f′|; ∞ where f jumps."""
        return self._steepest()[0]

    def steepest_at(self) -> Set:
        """Return {x: |f′(x)| = L}."""
        return _merged(self._steepest()[1])

    def _steepest(self) -> Taken:
        """Return sup |f′|, and where it is taken."""
        if not self._continuous():
            return oo, EmptySet
        values = [pair for piece in self.intervals for pair in self._values(piece, 1)]
        for joint in self.joints:
            if joint.smooth_up_to(1):
                values.append((joint.sides(1)[0], FiniteSet(joint.point)))
        return _extreme([(abs(value), place) for value, place in values], 1)

    def saturation(self) -> Set:
        """Return {x: |f′(x)| < 0.01}."""
        flat = []
        for piece in self.intervals:
            points, gaps = self._gaps(piece, 1, -FLAT, FLAT)
            if _is_endless(points):
                condition = abs(piece.derivative(1)) < FLAT
                flat.append(sympy.ConditionSet(self.x, condition, piece.domain))
            else:
                flat += [gap for gap, number in gaps if abs(number) < FLAT]
        for joint in self.joints:
            if joint.smooth_up_to(1) and abs(joint.sides(1)[0]) < FLAT:
                flat.append(FiniteSet(joint.point))
        return Union(*flat)

    def zero_centred(self) -> Boolean:
        """Return whether E f(z) = 0: to 12 digits of √E f(z)², unless f is odd."""
        square = self._mean_square  # raises where there is none
        if self.parity() == Symbol("odd"):
            return sympy.true
        return sympy.sympify(bool(self._moment(1) ** 2 <= 1e-24 * square))

    def gain(self) -> Expr:
        """Return 1/√E f(z)²; ∞ for f = 0."""
        square = self._mean_square
        return Float(1 / mpmath.sqrt(square)) if square else oo


def facts_of(title: str, pieces: Sequence[Piece]) -> Facts:
    """Return the facts of a function of one number, from its pieces."""
    properties = Properties(pieces)
    found = {k: properties.worked_out(k) for k in FACTS if hasattr(properties, k)}
    values = {name: value for name, (value, _) in found.items()}
    stretches = {k: stretch for k, (_, stretch) in found.items() if stretch != S.Reals}
    return Facts(title, values, stretches)


def _at(formula: Expr, x: Symbol, point: Expr) -> Expr:
    """Return the value of a formula at a point, exact if the point is."""
    if point.atoms(Float):
        return Float(precise((x,), formula)(mpf(str(point))), 20)
    return formula.subs(x, point)


def _sign(number: Expr | mpf) -> int:
    sign = sympy.sign if isinstance(number, sympy.Expr) else mpmath.sign
    return int(sign(number))


def _same(first: Expr, second: Expr) -> bool:
    if first.is_infinite or second.is_infinite:
        return first == second
    return abs(first - second) <= 1e-15 * max(abs(first), abs(second))


def _extreme(values: Sequence[Taken], sign: int) -> Taken:
    """Return the least (sign −1) or the largest value, and where it is taken."""
    best = max((sign * value for value, _ in values), key=lambda v: v.evalf(25))
    best = sign * best
    places = [place for value, place in values if value == best or _same(value, best)]
    return best, Union(*places)


def _is_endless(points: Set) -> bool:
    """Whether points go on without end, as the zeros of a sine do."""
    return not (points.is_finite_set or isinstance(points, Interval))


def _listed(points: Set) -> Set:
    """Return a set as a finite one; NotWorkedOut if SymPy cannot."""
    found = sympy.simplify(points)
    if not found.is_finite_set:
        raise NotWorkedOut("a list of endlessly many points")
    return found


def _repeated(point: Expr, step: Expr) -> sympy.ImageSet:
    """Return the set of all point + n·step."""
    n = Symbol("n", integer=True)
    return sympy.ImageSet(sympy.Lambda(n, n * step + point), S.Integers)


def _merged(points: Set) -> Set:
    """Return sets of equal steps as one: 2πn and 2πn + π are πn."""
    rows = [p for p in Union.make_args(points) if isinstance(p, sympy.ImageSet)]
    if len(rows) < 2:
        return points
    n = rows[0].lamda.variables[0]
    lines = [sympy.Poly(r.lamda.expr.subs(r.lamda.variables[0], n), n) for r in rows]
    step = lines[0].nth(1)
    starts = sorted({line.nth(0) % step for line in lines}, key=float)
    even = {sympy.simplify(b - a) for a, b in pairwise([*starts, starts[0] + step])}
    if {line.nth(1) for line in lines} != {step} or len(even) > 1:
        return points
    row = sympy.ImageSet(sympy.Lambda(n, even.pop() * n + starts[0]), S.Integers)
    return Union(row, *(p for p in Union.make_args(points) if p not in rows))
