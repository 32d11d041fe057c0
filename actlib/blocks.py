"""Building blocks: functions that are computed without overflow and without cancellation.

A textbook formula is made for reading. Computed as it stands, ``exp(x)/(1 + exp(x))`` is nan far
out and ``1 - sigma(x)`` cancels. :func:`stable` rewrites a formula in terms of the blocks below,
rule by rule; each rule is an identity of real functions, and the tests prove every one with SymPy.
The chain rule does the rest: a derivative is rewritten by the same rules.

Source on cancellation: N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
SIAM (2002), DOI 10.1137/1.9780898718027.
"""

from functools import lru_cache
from types import MappingProxyType

import numpy as np
import sympy
from scipy import special
from sympy import Function, Piecewise, S, Wild, exp, log, oo, sech, tanh
from sympy.codegen.cfunctions import expm1
from sympy.core.function import AppliedUndef


class Block(Function):
    """A function of one real number, kept as one symbol; ``.rewrite(exp)`` writes it out.

    A block has its definition, as `_eval_rewrite_as_exp`, and its `values` at 0, ∞ and −∞.
    """

    @classmethod
    def eval(cls, u):
        return cls.values.get(u)

    def _eval_is_extended_positive(self):
        return self.args[0].is_real

    def _eval_evalf(self, precision):
        return self.rewrite(exp)._eval_evalf(precision)


class sigma(Block):
    """The logistic function."""

    values = MappingProxyType({S.Zero: S.Half, oo: S.One, -oo: S.Zero})

    @classmethod
    def class_key(cls):
        return 2, 0, cls.__name__  # sorted like a symbol: sigma(x)*(1 - sigma(x)), as in textbooks

    def _eval_rewrite_as_exp(self, u, **hints):
        return 1 / (1 + exp(-u))

    def fdiff(self, argindex=1):
        return self * (1 - self)


class softplus(Block):
    """The antiderivative of the logistic function that is 0 at −∞."""

    values = MappingProxyType({S.Zero: log(2), oo: oo, -oo: S.Zero})

    def _eval_rewrite_as_exp(self, u, **hints):
        return log(1 + exp(u))

    def fdiff(self, argindex=1):
        return sigma(self.args[0])


class holds(Function):
    """1 where the condition, its argument, holds; 0 elsewhere."""


# How NumPy computes what it does not know by name. Where exp or cosh overflows, the quotient is 0,
# as it should be.
NUMPY = {
    "sigma": lambda u: 1 / (1 + np.exp(-u)),
    "softplus": lambda u: np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u))),
    "sech": lambda u: 1 / np.cosh(u),
    "holds": np.float64,
}

# Functions that are formulas in pieces by another name.
KINKED = [sympy.Abs, sympy.Heaviside, sympy.Max, sympy.Min, sympy.sign]

BLOCKS = (sigma, softplus, tanh, sech, expm1)

u, a = Wild("u", properties=[lambda part: part.free_symbols]), Wild("a")
RULES = (
    (1 / (1 + exp(u)), sigma(-u)),
    (exp(u) * sigma(-u), sigma(u)),
    (1 - sigma(u), sigma(-u)),
    (sigma(u) * sigma(-u), sech(u / 2) ** 2 / 4),
    (2 * sigma(u) - 1, tanh(u / 2)),
    (1 - tanh(u) ** 2, sech(u) ** 2),
    (log(1 + exp(u)), softplus(u)),
    (a * u * sigma(u) - a * softplus(u), -a * (sigma(-u) * softplus(u) + sigma(u) * softplus(-u))),
    (exp(u) - 1, expm1(u)),
)


def stable(expression):
    """Return `expression` in terms of the blocks: equal for real arguments, safe to compute."""
    for pattern, block in RULES:
        # Only a sum can match a sum: SymPy's matching would find one in a symbol, or fail on nan.
        expression = expression.replace(
            lambda part, pattern=pattern: isinstance(part, pattern.func) and part.match(pattern),
            lambda part, pattern=pattern, block=block: block.xreplace(part.match(pattern)),
        )
    return expression


def cases(expression):
    """Return [(formula, condition), ...] of a formula in pieces; of another one the only pair."""
    folded = sympy.piecewise_fold(expression.rewrite(KINKED, Piecewise))
    return folded.args if isinstance(folded, Piecewise) else [(folded, sympy.true)]


def formulas(expression):
    """Return [(formula, set of x), ...] of a formula in pieces; of another one the only pair.

    Raises NotImplementedError where SymPy cannot tell the sets: an end may be a parameter.
    """
    whole = Piecewise(*cases(expression))
    return whole.as_expr_set_pairs(S.Reals) if isinstance(whole, Piecewise) else [(whole, S.Reals)]


def held(x, expression):
    """Return a formula in pieces as a sum: each piece stands still outside of its own interval.

    So no piece is computed where it may overflow, and no value has to be chosen point by point,
    which is slow. A piece that does not come to rest at 0 is multiplied by 1 or 0. Where a piece
    has no finite value at the end of its interval, or the end moves with a parameter, the formula
    stays as it is.
    """
    try:
        pairs = formulas(expression)
    except NotImplementedError:
        return expression
    terms = []
    for piece, domain in pairs:
        rest = [piece.subs(x, end) for end in (domain.inf, domain.sup) if end.is_finite]
        if not all(value.is_finite for value in rest):
            return expression
        term = piece.subs(x, sympy.Min(sympy.Max(x, domain.inf), domain.sup))
        terms.append(term * holds(domain.as_relational(x)) if any(rest) else term)
    return sum(terms)


SPECIAL = np.array([np.nan, -np.inf, np.inf])


@lru_cache(1024)
def numpy_function(arguments, expression):
    """Return a NumPy function of `arguments`, x first, that computes `expression` in float64.

    nan in x gives nan, ±inf the limit, and no warning is given. The dtype of the result is that of
    x, which may be float64, float32 or float16; anything else gives float64.

    Raises ValueError for an undefined function or a symbol that is not among `arguments`: nothing
    but SymPy's own functions and the blocks reaches the generated code. Symbols get other names
    there: theirs may be any text, or that of a function.
    """
    if unknown := expression.atoms(AppliedUndef) | (expression.free_symbols - {*arguments}):
        names = ", ".join(sorted(map(str, unknown)))
        raise ValueError(f"expression cannot be computed: {names} is not defined")
    renamed = {symbol: sympy.Dummy(f"x{k}", real=True) for k, symbol in enumerate(arguments)}
    formula = held(arguments[0], stable(expression)).xreplace(renamed)
    # NumPy has no integers as large as Python's.
    floats = {n: sympy.Float(n, 17) for n in formula.atoms(sympy.Integer) if abs(n) > 2**53}
    code = [NUMPY, "numpy", special]
    compute = sympy.lambdify(renamed.values(), formula.xreplace(floats), code, cse=True)

    # Most functions of x alone keep nan and ±inf.
    with np.errstate(all="ignore"):
        kept = len(arguments) == 1 and np.array_equal(np.isnan(compute(SPECIAL)), np.isnan(SPECIAL))

    @np.errstate(all="ignore")
    def function(x, *values):
        dtype = x.dtype if x.dtype.kind == "f" else np.float64
        # All is computed in float64, so that float32 and float16 results are rounded just once.
        x = x.astype(np.float64, copy=False)
        result = np.asarray(compute(x, *values), dtype=np.float64)
        shape = np.broadcast_shapes(x.shape, *map(np.shape, values))
        if result.shape != shape or np.may_share_memory(result, x):
            result = np.array(np.broadcast_to(result, shape))
        # If they are not kept, does x hold any? Its sum tells fast.
        if not (kept or np.isfinite(x.sum())):
            # 0·∞ is nan: a large number stands for ∞. And a constant does not see a nan.
            large = np.nan_to_num(x, nan=np.nan, posinf=1e100, neginf=-1e100)
            np.copyto(result, compute(large, *values), where=np.isnan(result) & np.isinf(x))
            np.copyto(result, np.nan, where=np.isnan(x))
        return result.astype(dtype, copy=False)[()]

    return function
