"""A formula on the line: where it changes its form, and what holds on each part.

A formula such as |x| or max(0, x) is cut once. Its *branches* are pairs of a smooth
formula and a test in x and the parameters that says where it holds: this is what
numbers and JavaScript use, for any values of the parameters. Its *pieces* are the
branches in order from left to right, for the values in force: this is what derivatives,
facts and figures use.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise, product

import sympy
from sympy import (
    And,
    Eq,
    Expr,
    FiniteSet,
    Function,
    Interval,
    Piecewise,
    Rational,
    S,
    Set,
    Symbol,
    nan,
    oo,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean, BooleanFunction

from .blocks import KINKED, SMOOTH, SYNONYMS, stable, written_out
from .limits import NotWorkedOut, limit

Values = Mapping[Symbol, Expr]
Pairs = tuple[tuple[Symbol, Expr], ...]


# What a formula may be made of

NODES = (
    *(sympy.Add, sympy.Mul, sympy.Pow, Piecewise, ExprCondPair),
    *(Relational, BooleanFunction, sympy.logic.boolalg.BooleanAtom),
    *(sympy.Integer, sympy.Rational, sympy.Float, sympy.NumberSymbol, Symbol),
    *(SMOOTH | SYNONYMS.keys() | KINKED),
)


LARGEST = Rational(sys.float_info.max)


def require_computable(expression: Expr, symbols: Sequence[Symbol]) -> None:
    """Raise ValueError unless real numbers can be computed from `expression`.

    It may hold numbers, `symbols`, sums, products, powers, Piecewise, and the functions
    of the module `blocks`; nothing else ever reaches the code that is generated.
    """
    if expression is nan:
        raise ValueError("expression cannot be computed: it has no value")
    for node in sympy.preorder_traversal(expression):
        if isinstance(node, AppliedUndef) or (
            isinstance(node, Symbol) and node not in symbols
        ):
            problem = f"{node} is not defined"
        elif node is sympy.I or node in (oo, -oo, sympy.zoo):
            problem = "it is not a real number everywhere"
        elif isinstance(node, sympy.Pow) and _is_complex(node):
            problem = f"{node} is not a real number everywhere"
        elif isinstance(node, sympy.Rational) and abs(node) > LARGEST:
            problem = "a number in it is too large"
        elif not isinstance(node, NODES) and node is not nan:
            problem = f"{type(node).__name__} is not a function that actlib knows"
        else:
            continue
        raise ValueError(f"expression cannot be computed: {problem}")


def _is_complex(power: sympy.Pow) -> bool:
    base, exponent = power.args
    return base.is_Number and base.is_negative and not exponent.is_integer


# Branches


@dataclass(frozen=True)
class Branch:
    """One smooth formula, and the test in x and the parameters that says where."""

    formula: Expr
    test: Boolean


def _branches(expression: Expr, x: Symbol) -> list[tuple[Expr, Boolean]]:
    """Return [(smooth formula, test), ...]: the first whose test is true holds."""
    domain = _domain(expression, x)
    found = [(form, And(domain, test)) for form, test in _forms(expression, x)]
    return [(formula, test) for formula, test in found if test != sympy.false]


def _forms(expression: Expr, x: Symbol) -> list[tuple[Expr, Boolean]]:
    if not expression.has(Piecewise, *KINKED):
        return [(expression, sympy.true)]
    found = []
    if isinstance(expression, Piecewise):
        for part, condition in expression.args:
            inner = _branches(part, x)
            if not inner or inner[-1][1] != sympy.true:
                inner = [*inner, (nan, sympy.true)]  # where this part is not real
            found += [(formula, And(condition, test)) for formula, test in inner]
    elif isinstance(expression, tuple(KINKED)):
        for part, condition in _as_piecewise(expression):
            inner = _forms(part, x)
            found += [(formula, And(condition, test)) for formula, test in inner]
    else:
        for choice in product(*(_forms(part, x) for part in expression.args)):
            parts, tests = zip(*choice, strict=True)
            found.append((expression.func(*parts), And(*tests)))
    return found


def _domain(expression: Expr, x: Symbol) -> Boolean:
    """Return the condition for an expression to be real, as far as ends are known."""
    if isinstance(expression, Piecewise):  # its parts have their own
        return sympy.true
    conditions = [_domain(part, x) for part in expression.args]
    for relation in _needed(expression):
        decided = relation in (sympy.true, sympy.false)
        if decided or _zeros(relation.lhs - relation.rhs, x) != []:  # None: unknown
            conditions.append(relation)
    return And(*conditions)


def _needed(part: Expr) -> list[Boolean]:
    """Return the relations that make the outermost function of `part` real."""
    match part:
        case sympy.log():
            return [part.args[0] > 0]
        case sympy.Pow() if not part.exp.is_integer:
            return [part.base > 0 if part.exp.is_negative else part.base >= 0]
        case sympy.asin() | sympy.acos():
            return [part.args[0] >= -1, part.args[0] <= 1]
        case sympy.atanh():
            return [part.args[0] > -1, part.args[0] < 1]
        case sympy.acosh():
            return [part.args[0] >= 1]
    return []


def _as_piecewise(kinked: Expr) -> list[tuple[Expr, Boolean | bool]]:
    """Return |u|, max(a, b) and the like as cases: the first that is true holds."""
    first, *rest = kinked.args
    match kinked:
        case sympy.Abs():
            return [(-first, first < 0), (first, sympy.true)]
        case sympy.sign():
            return [(S.NegativeOne, first < 0), (S.Zero, Eq(first, 0)), (S.One, True)]
        case sympy.Heaviside():
            return [(S.Zero, first < 0), (rest[0], Eq(first, 0)), (S.One, True)]
        case sympy.sinc():
            return [(S.One, Eq(first, 0)), (sympy.sin(first) / first, True)]
    others = kinked.func(*rest)
    if isinstance(kinked, sympy.Max):
        return [(others, first < others), (first, True)]
    return [(others, first > others), (first, True)]


def _cuts(tests: Sequence[Boolean], x: Symbol) -> list[Expr] | None:
    """Return where a test may change, as expressions of the parameters; None: unknown.

    Too many places do no harm, too few would.
    """
    found: set[Expr] = set()
    for relation in set().union(*(test.atoms(Relational) for test in tests)):
        difference = relation.lhs - relation.rhs
        if isinstance(difference, sympy.Expr) and difference.has(x):
            zeros = _zeros(difference, x)
            if zeros is None:
                return None
            found |= set(zeros)
    return sorted(found, key=sympy.default_sort_key)


@lru_cache(1024)
def _zeros(expression: Expr, x: Symbol) -> list[Expr] | None:
    """Return all x where an expression may change its sign; None if unknown."""
    found = []
    for form, _ in _forms(expression, x):
        formula = stable(form)
        for part in formula, sympy.denom(sympy.together(formula)):
            zeros = _solutions(part, x)
            if zeros is None:
                return None
            found += [zero for zero in zeros if zero.is_real is not False]
    return found


def _solutions(formula: Expr, x: Symbol) -> list[Expr] | None:
    """Return all x where `formula` may be 0, or None if they cannot be found."""
    if not formula.has(x):
        return []
    if (polynomial := formula.as_poly(x)) is not None and polynomial.degree() <= 2:
        return sympy.solve(formula, x)
    try:
        found = sympy.solveset(written_out(formula), x, S.Reals)
    except Exception:  # SymPy gives up in many ways
        return None
    if found is sympy.EmptySet:
        return []
    return list(found) if isinstance(found, FiniteSet) else None


# Pieces


@dataclass(frozen=True)
class Piece:
    """One smooth formula on one interval, or the value at one isolated point."""

    x: Symbol
    domain: Set
    formula: Expr
    branch: Branch = field(compare=False)

    def derivative(self, order: int) -> Expr:
        """Return the formula of the derivative, as SymPy finds it."""
        return derivative(self.formula, self.x, order)

    def limit(self, order: int, point: Expr, side: str) -> Expr:
        """Return the limit of a derivative at `point`: nan where there is none.

        `side` is "+" for a limit from the right and "-" for one from the left.
        """
        return limit(self.derivative(order), self.x, point, side)


@dataclass(frozen=True)
class Joint:
    """A place where one piece ends and the next begins; it belongs to `home`."""

    point: Expr
    left: Piece
    right: Piece
    home: Piece | None

    def sides(self, order: int) -> tuple[Expr, Expr]:
        """Return the limits of a derivative from the left and from the right."""
        return _sides(self, order)

    @property
    def value(self) -> Expr:
        """The value of the function at the joint itself."""
        if self.home is None:
            return nan
        return self.home.formula.subs(self.home.x, self.point)

    def continuous(self, order: int) -> bool:
        """Whether a derivative is surely continuous here, f itself for order 0."""
        left, right = self.sides(order)
        if left.is_infinite or right.is_infinite:
            return False
        condition = Eq(left, right)
        if order == 0 and self.home not in (self.left, self.right):
            condition = And(condition, Eq(left, self.value))
        return condition.simplify() == sympy.true

    def smooth_up_to(self, order: int) -> bool:
        """Whether f and its derivatives up to `order` are surely continuous here."""
        return all(self.continuous(k) for k in range(order + 1))


@lru_cache(4096)
def _sides(joint: Joint, order: int) -> tuple[Expr, Expr]:
    left = joint.left.limit(order, joint.point, "-")
    right = joint.right.limit(order, joint.point, "+")
    return sympy.simplify(left), sympy.simplify(right)


@lru_cache(4096)
def derivative(formula: Expr, symbol: Symbol, order: int = 1) -> Expr:
    """Return a derivative of a smooth formula: the one place that differentiates."""
    if formula is nan:
        return nan
    if isinstance(formula, Piecewise):  # SymPy's derivative of nan is 0
        cases = [(derivative(f, symbol, order), test) for f, test in formula.args]
        return Piecewise(*cases)
    return formula.diff(symbol, order)


class Formula:
    """A formula of x and parameters, cut once, when that is asked for.

    `branches` are its forms with their tests, `cuts` where one may end and the next
    begin, as expressions of the parameters; none if they cannot be found.
    `samples` are a few values of the parameters: it can be tried out for them.
    Raises ValueError if the expression holds what cannot be computed.
    """

    def __init__(
        self,
        expression: Expr,
        x: Symbol,
        parameters: Sequence[Symbol] = (),
        samples: Sequence[Sequence[float]] = ((),),
    ):
        require_computable(expression, [x, *parameters])
        self.x, self.parameters, self.samples = x, tuple(parameters), samples
        self._expression = expression

    @cached_property
    def _cut(self) -> tuple[tuple[Branch, ...], tuple[Expr, ...]]:
        # Algebra is best done in the textbook's form.
        branches = [
            (stable(f) if f.has(Function) else f, _stable_test(test))
            for f, test in _branches(exact(self._expression), self.x)
        ]
        cuts = _cuts([test for _, test in branches], self.x)
        if cuts is None or not branches:
            branches = [(Piecewise(*branches, (nan, True)), sympy.true)]
        return tuple(Branch(*pair) for pair in branches), tuple(cuts or ())

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The smooth formulas with their tests: the first whose test is true holds."""
        return self._cut[0]

    @property
    def cuts(self) -> tuple[Expr, ...]:
        """Where the formula may change its form."""
        return self._cut[1]

    @property
    def uncut(self) -> bool:
        """Whether the formula is kept as cases, as its cuts cannot be found."""
        return self.branches[0].formula.has(Piecewise)

    def pieces(self, values: Values, given: Values) -> list[Piece]:
        """Return the pieces in order from left to right, isolated points included.

        `values` are those of all parameters: they decide the order. Those of the
        parameters that are `given` are put into the formulas and the ends.
        """
        return list(_pieces(self, tuple(values.items()), tuple(given.items())))

    def _branch_at(self, point: Expr, values: Values) -> Branch:
        """Return the branch that holds at `point`; its formula is nan if none does."""
        place = {self.x: point, **values}
        for branch in self.branches:
            try:
                if truth(branch.test.xreplace(place)):
                    return branch
            except TypeError:  # a number that is not real compares with none
                continue
        return Branch(nan, sympy.true)


def joints(pieces: Sequence[Piece]) -> Iterator[Joint]:
    """Yield the joints between pieces."""
    points = {p.domain.args[0]: p for p in pieces if isinstance(p.domain, FiniteSet)}
    for left, right in pairwise(intervals(pieces)):
        point = left.domain.end
        owner = points.get(point)
        if not left.domain.right_open:
            owner = left
        elif not right.domain.left_open:
            owner = right
        yield Joint(point, left, right, owner)


def joint_at(pieces: Sequence[Piece], point: Expr) -> Joint | None:
    """Return the joint at `point`, or None."""
    return next((joint for joint in joints(pieces) if joint.point == point), None)


def piece_at(pieces: Sequence[Piece], point: Expr) -> Piece:
    """Return the piece that `point` belongs to; NotWorkedOut if nobody can tell."""
    for piece in pieces:
        if piece.domain.contains(point) == sympy.true:
            return piece
    raise NotWorkedOut(f"which formula holds at {point}")


def intervals(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces on intervals, without those at isolated points."""
    return [piece for piece in pieces if isinstance(piece.domain, Interval)]


def exact(expression: Expr) -> Expr:
    """Return `expression` with fractions in the place of floating-point numbers."""
    floats = expression.atoms(sympy.Float)
    return expression.xreplace({number: fraction(number) for number in floats})


def fraction(number: float | Expr) -> Expr:
    """Return a number as the plain fraction that it comes from, 0.1 as 1/10.

    15 digits are taken: 0.1 + 0.2 is 3/10.
    """
    return sympy.nsimplify(number, rational=True)


def truth(test: Boolean | bool) -> bool:
    """Return whether a test without symbols holds, by numbers where SymPy is unsure."""
    if isinstance(test, Relational):
        test = test.func(test.lhs.evalf(30), test.rhs.evalf(30))
    elif isinstance(test, BooleanFunction):
        test = test.func(*map(truth, test.args))
    return test == sympy.true


@lru_cache(1024)
def _pieces(formula: Formula, values: Pairs, given: Pairs) -> list[Piece]:
    values, given = dict(values), dict(given)
    places: dict[Expr, Expr] = {}
    for cut in formula.cuts:
        place = cut.xreplace(values)
        if place.is_extended_real and place.is_finite:
            places.setdefault(place, cut.xreplace(given))
    ordered = sorted(places, key=lambda place: place.evalf(30))
    found: list[Piece] = []

    def add(domain: Set, branch: Branch) -> None:
        piece = Piece(formula.x, domain, branch.formula.xreplace(given), branch)
        if found and found[-1].formula == piece.formula:
            domain = _joined(found.pop().domain, domain)
            piece = Piece(piece.x, domain, piece.formula, branch)
        found.append(piece)

    for low, high in pairwise([-oo, *ordered, oo]):
        ends = places.get(low, low), places.get(high, high)
        if low != -oo:
            add(FiniteSet(ends[0]), formula._branch_at(low, values))
        add(Interval.open(*ends), formula._branch_at(between(low, high), values))
    return found


def _stable_test(test: Boolean) -> Boolean:
    """Return a test whose sides are in stable form, so that it tells near a cut."""
    relations = test.atoms(Relational)
    sides = {r: r.func(stable(r.lhs), stable(r.rhs)) for r in relations}
    return test.xreplace(sides)


def _joined(left: Set, right: Set) -> Interval:
    """Return the union of two neighbours, an interval and a point or two of each."""
    opens = getattr(left, "left_open", False), getattr(right, "right_open", False)
    return Interval(left.inf, right.sup, *opens)


def between(low: Expr, high: Expr) -> Rational:
    """Return a number between two others, of which either may be infinite."""
    if low == -oo:
        return Rational(0) if high == oo else Rational(float(high)) - 1
    if high == oo:
        return Rational(float(low)) + 1
    return (Rational(float(low)) + Rational(float(high))) / 2
