"""Limits of smooth formulas.

Most are read off: the parts of a formula have limits of their own. What is left, such
as 0·∞, is SymPy's, and numbers far out must agree. Its method: D. Gruntz, *On computing
limits in a symbolic manipulation system*, PhD thesis, ETH Zürich (1996).
"""

from functools import lru_cache

import sympy
from sympy import Add, Expr, Piecewise, Pow, Symbol, nan, oo
from sympy.core.relational import Relational
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from .blocks import stable, written_out
from .digits import precise


class NotWorkedOut(Exception):
    """SymPy and this package cannot settle a question about a formula."""


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
    """Return the limit of a sum or a function at ±∞, or nan if its parts do not tell.

    Left to SymPy as a whole, it takes its time.
    """
    if not isinstance(formula, Add | sympy.Function):
        return nan
    parts = [limit(part, x, point, side) for part in formula.args]
    return nan if nan in parts else formula.func(*parts)
