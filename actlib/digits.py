"""Numbers with as many digits as it takes, by mpmath."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import mpmath
import sympy
from mpmath import mpf
from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from .blocks import BLOCKS

Function = Callable[[mpf], mpf]
# Beyond 1e-300 a number may be 0: what is left when 400 digits cancel is none.
DIGITS = (25, 400, 800)


def compiled(
    arguments: Sequence[Symbol], expression: Expr | Boolean, code: Sequence[object]
) -> Callable[..., Any]:
    """Return a function of `arguments`, made of the code of the given modules.

    Symbols get other names there: theirs may be any text, or that of a function.
    """
    renamed = {a: sympy.Dummy(f"x{k}", real=True) for k, a in enumerate(arguments)}
    # NumPy has no integers as large as Python's.
    large = (r for r in expression.atoms(sympy.Rational) if max(abs(r.p), r.q) > 2**53)
    expression = expression.xreplace(renamed | {r: sympy.Float(r, 17) for r in large})
    return sympy.lambdify(list(renamed.values()), expression, code, cse=True)


def _capped(function: Function) -> Function:
    """Return mpmath's function for arguments that are not beyond all bounds."""
    bound = mpf(2) ** 40

    def capped(u: mpf) -> mpf:
        if abs(u) < bound:
            return function(u)
        return function(mpmath.sign(u) * mpmath.inf)

    return capped


EXP = _capped(mpmath.exp)
FUNCTIONS = {
    "exp": EXP,
    "cosh": _capped(mpmath.cosh),
    "sinh": _capped(mpmath.sinh),
    "expm1": _capped(mpmath.expm1),
    # log(1 + u) would drop a small u, however many digits there are.
    "log1p": mpmath.log1p,
    "softplus": lambda u: max(u, 0) + mpmath.log1p(EXP(-abs(u))),
    # SymPy writes erfc(−u) as 2 − erfc(u), which drops a small Φ.
    "Phi": mpmath.ncdf,
}


@lru_cache
def mpmath_code() -> list[object]:
    """Return the modules of mpmath's functions, those of the blocks among them."""
    u = sympy.Symbol("u")
    modules = [FUNCTIONS, "mpmath"]
    blocks = {b.__name__: sympy.lambdify(u, b.definition(u), modules) for b in BLOCKS}
    return [blocks | FUNCTIONS, "mpmath"]


@lru_cache(4096)
def precise(arguments: tuple[Symbol, ...], expression: Expr) -> Callable[..., mpf]:
    """Return a function that computes `expression` from the definition, to 17 digits.

    It is computed with more and more digits until more of them change nothing. The
    result is nan where the expression has no real value.
    """
    compute = compiled(arguments, expression, mpmath_code())

    def value(*numbers: float | mpf) -> mpf:
        before = None
        for digits in DIGITS:
            with mpmath.workdps(digits):
                try:
                    found = mpmath.mpmathify(compute(*map(mpf, numbers)))
                except (ZeroDivisionError, ValueError, OverflowError):
                    return mpmath.nan
                if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found):
                    return mpmath.nan if isinstance(found, mpmath.mpc) else found
                # Zero may be what is left of a difference: more digits will tell.
                if before and abs(found - before) <= abs(found) / 10**17:
                    break
                before = found
        return found

    return value
