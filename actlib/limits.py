"""Limits of smooth formulas.

Most are read off: the parts of a formula have limits of their own. A product of 0 and ∞
is settled by comparing how fast its factors shrink and grow. What is left is SymPy's,
whose method is that of D. Gruntz, *On computing limits in a symbolic manipulation
system*, PhD thesis, ETH Zürich (1996).
"""

from functools import lru_cache

import sympy
from sympy import Add, Expr, Mul, Piecewise, Pow, S, Symbol, exp, nan, oo
from sympy.core.relational import Relational
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from . import blocks
from .blocks import stable, written_out
from .digits import precise


class NotWorkedOut(Exception):
    """SymPy and this package cannot settle a question about a formula."""


# Near 0 these are like their argument; far out they grow like a logarithm, or settle.
LIKE_THEIR_ARGUMENT = (
    *(sympy.tanh, sympy.sinh, sympy.asinh, sympy.atan, sympy.sin, sympy.tan),
    *(blocks.erf, blocks.expm1, blocks.log1p),
)


@lru_cache(4096)
def limit(formula: Expr, x: Symbol, point: Expr, side: str) -> Expr:
    """Return the limit of a smooth formula: a number, ∞ or −∞; nan if there is none.

    `side` is "+" for a limit from the right and "-" for one from the left. Raises
    NotWorkedOut where nobody can tell.
    """
    if not formula.has(x):
        return formula
    if isinstance(formula, Piecewise) and point in (oo, -oo):
        return limit(_far_out(formula, x, point, side), x, point, side)
    if formula.has(Piecewise):
        raise NotWorkedOut(f"the limit of cases at {point}: their cuts are not known")
    # SymPy's ∞⁰ is 1.
    powers = formula.atoms(Pow)
    both = any(power.exp.has(x) and power.base.has(x) for power in powers)
    value = nan if both else formula.subs(x, point)
    if isinstance(value, sympy.AccumBounds) and point in (oo, -oo):
        # Several waves may cancel each other.
        simpler = sympy.trigsimp(formula)
        waves = simpler.atoms(TrigonometricFunction)
        if not waves:
            return limit(simpler, x, point, side)
        if len(waves) == 1:
            return nan
        raise NotWorkedOut(f"the limit of waves at {point}")
    if not settled(value) and point in (oo, -oo) and not both:
        value = _by_parts(stable(formula), x, point, side)
    return value if settled(value) else _by_sympy(formula, x, point, side)


def _far_out(cases: Piecewise, x: Symbol, point: Expr, side: str) -> Expr:
    """Return the formula that holds near ±∞, of cases whose cuts are not known."""
    for formula, test in cases.args:
        for relation in test.atoms(Relational):
            gap = limit(relation.lhs - relation.rhs, x, point, side)
            if not gap.is_extended_nonzero:
                raise NotWorkedOut(f"{relation} at {point}")
            test = test.xreplace({relation: relation.func(gap, 0)})
        if test == sympy.true:
            return formula
    return nan


def settled(value: Expr) -> bool:
    """Return whether a limit is a real number (maybe of parameters) or infinite."""
    if value in (oo, -oo):
        return True
    unsettled = value.has(nan, sympy.zoo, oo, -oo, sympy.AccumBounds, sympy.Limit)
    return not unsettled and value.is_extended_real is not False


def _by_sympy(formula: Expr, x: Symbol, point: Expr, side: str) -> Expr:
    """Return SymPy's limit, nan if there is none; NotWorkedOut if it may be wrong."""
    problem = NotWorkedOut(f"the limit of {formula} at {point}")
    try:
        value = sympy.limit(written_out(formula), x, point, side)
    except Exception as error:  # SymPy gives up in many ways
        raise problem from error
    if isinstance(value, sympy.AccumBounds):
        return nan
    if not (settled(value) and _approached(value, formula, x, point)):
        raise problem
    return value


def _approached(value: Expr, formula: Expr, x: Symbol, point: Expr) -> bool:
    """Whether numbers far out speak for a limit at ±∞: SymPy's can be wrong."""
    if point not in (oo, -oo) or formula.free_symbols != {x}:
        return True
    sign = 1 if point == oo else -1
    near, far = (precise((x,), formula)(sign * place) for place in (1e3, 1e6))
    if value in (oo, -oo):
        return bool(near < far if value == oo else near > far)
    limit_value = float(value)
    return bool(abs(far - limit_value) <= abs(near - limit_value) + 1e-9)


def _by_parts(formula: Expr, x: Symbol, point: Expr, side: str) -> Expr:
    """Return the limit of a sum or product at ±∞, or nan if its parts do not tell."""
    if isinstance(formula, Add):
        return formula.func(*(limit(part, x, point, side) for part in formula.args))
    if isinstance(formula, sympy.Function) and len(formula.args) == 1:
        inner = limit(formula.args[0], x, point, side)
        return formula.func(inner) if inner is not nan else nan
    return _of_product(formula, x, point, side) if isinstance(formula, Mul) else nan


def _of_product(product: Expr, x: Symbol, point: Expr, side: str) -> Expr:
    """Return the limit of a product at ±∞, or nan if its factors do not tell."""
    growth = _log_growth(product, x, point, side)
    if growth is None:
        # A sum may have no growth of its own where its terms, multiplied out, have.
        total = next((part for part in product.args if isinstance(part, Add)), None)
        if total is None:
            return nan
        terms = (product / total * term for term in total.args)
        return Add(*(limit(term, x, point, side) for term in terms))
    growth = sympy.expand(growth)
    if _outruns_logarithms(growth, x, point):
        if limit(growth, x, point, side) == -oo:
            return S.Zero
        if limit(growth, x, point, side) == oo:
            return oo * _sign(product, x, point, side)
    return nan


def _outruns_logarithms(growth: Expr, x: Symbol, point: Expr) -> bool:
    """Whether what `_log_growth` leaves out, O(log|x|), is small beside it."""
    if growth.is_polynomial(x):
        return bool(growth.has(x))
    size = Symbol("size", positive=True)
    quotient = growth.xreplace({x: size if point == oo else -size}) / sympy.log(size)
    return _by_sympy(quotient, size, oo, "-") in (oo, -oo)


def _sign(product: Expr, x: Symbol, point: Expr, side: str) -> Expr:
    """Return the sign of a product near ±∞, from those of its factors."""
    sign = S.One
    for factor in product.args:
        value = limit(factor, x, point, side)
        part = sympy.sign(factor if value == 0 else value)
        if part not in (1, -1):
            raise NotWorkedOut(f"the sign of {factor} near {point}")
        sign *= part
    return sign


def _log_growth(factor: Expr, x: Symbol, point: Expr, side: str) -> Expr | None:
    """Return e(x) with log|factor| = e(x) + O(log|x|) at ±∞, or None if unknown."""
    if not factor.has(x) or factor.is_polynomial(x):
        return S.Zero
    match factor:
        case exp():
            return factor.args[0]
        case Mul():
            parts = [_log_growth(part, x, point, side) for part in factor.args]
            return None if None in parts else Add(*parts)
        case Pow() if not factor.exp.has(x):
            base = _log_growth(factor.base, x, point, side)
            return None if base is None else factor.exp * base
        case Pow():
            known = factor.base.is_positive and not factor.base.has(x)
            return factor.exp * sympy.log(factor.base) if known else None
    value = limit(factor, x, point, side)
    if value is nan:
        return None
    if value.is_finite and value != 0:
        return S.Zero
    if isinstance(factor, Add):
        parts = [_log_growth(part, x, point, side) for part in factor.args]
        return S.Zero if value != 0 and set(parts) == {S.Zero} else None
    return _growth_of_function(factor, value, x, point, side)


def _growth_of_function(
    function: Expr, value: Expr, x: Symbol, point: Expr, side: str
) -> Expr | None:
    """Return the growth of a function of some u; `value` is its limit, 0 or ±∞."""
    (u,) = function.args
    end = limit(u, x, point, side)
    size = u if end == oo else -u  # |u|, where u is infinite
    match function:
        case sympy.cosh() | sympy.sinh() if value != 0:
            return size
        case blocks.sech():
            return -size
        case blocks.expm1() if value == oo:
            return u
        case blocks.sigma() | blocks.softplus() if value == 0:
            return u
        case blocks.Phi():
            return -(u**2) / 2
        case blocks.softplus() | blocks.logcosh() if value == oo:
            return _log_growth(u, x, point, side)
    if isinstance(function, LIKE_THEIR_ARGUMENT) and end == value == 0:
        return _log_growth(u, x, point, side)
    return None
