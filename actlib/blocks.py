"""Building blocks: functions that are computed without overflow and cancellation.

A textbook formula is made for reading. Computed as it stands, ``exp(x)/(1 + exp(x))``
is nan far out and ``1 - sigma(x)`` cancels. :func:`stable` rewrites a formula in terms
of the blocks below; each of its rules is an identity of real functions, and the tests
prove every one with SymPy. The chain rule does the rest.

A block says in one class all there is to know of it. Source on cancellation:
N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., SIAM (2002),
DOI 10.1137/1.9780898718027.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import combinations
from typing import ClassVar

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy import special
from sympy import (
    Add,
    Expr,
    Function,
    Mul,
    Pow,
    S,
    Wild,
    asinh,
    cosh,
    exp,
    log,
    oo,
    pi,
    sinh,
    sqrt,
    tanh,
)

Array = NDArray[np.float64]


class Block(Function):
    """A function of one real number, kept as one symbol.

    `definition` writes it out, `numpy` and `javascript` compute it. `values` are those
    at 0, ∞ and −∞. `increasing` is None for an even function that is monotone on
    either side of 0.
    """

    values: ClassVar[Mapping[Expr, Expr]] = {}
    positive: ClassVar[bool] = False
    increasing: ClassVar[bool | None] = True
    real_everywhere: ClassVar[bool] = True
    numpy: ClassVar[Callable[..., Array]]
    javascript: ClassVar[str]

    @staticmethod
    def definition(u: Expr) -> Expr:
        """Return the textbook formula of the block of `u`."""
        raise TypeError("a block needs a definition")

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        if cls.increasing is None and u.could_extract_minus_sign():
            return cls(-u)
        return cls.values.get(u)

    def _eval_is_real(self) -> bool | None:
        return self.args[0].is_real if self.real_everywhere else None

    def _eval_is_positive(self) -> bool | None:
        return self.args[0].is_real if self.positive else None

    def _eval_rewrite_as_exp(self, u: Expr, **hints: object) -> Expr:
        return self.definition(u)

    def _eval_evalf(self, precision: int) -> Expr:
        # The definition may cancel: of 400 more digits enough are left.
        return written_out(self)._eval_evalf(precision + 1330)


class sigma(Block):
    """The logistic function, 1/(1 + e⁻ᵘ)."""

    values: ClassVar = {S.Zero: S.Half, oo: S.One, -oo: S.Zero}
    positive = True
    javascript = "(u) => 1 / (1 + Math.exp(-u))"

    @staticmethod
    def definition(u: Expr) -> Expr:
        return 1 / (1 + exp(-u))

    @staticmethod
    def numpy(u: Array) -> Array:
        return 1 / (1 + np.exp(-u))

    @classmethod
    def class_key(cls) -> tuple[int, int, str]:
        # Sorted like a symbol: sigma(x)*(1 - sigma(x)), as in textbooks.
        return 2, 0, cls.__name__

    def fdiff(self, argindex: int = 1) -> Expr:
        return self * (1 - self)


class softplus(Block):
    """log(1 + eᵘ), the antiderivative of the logistic function that is 0 at −∞."""

    values: ClassVar = {S.Zero: log(2), oo: oo, -oo: S.Zero}
    positive = True
    javascript = "(u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)))"

    @staticmethod
    def definition(u: Expr) -> Expr:
        return log(1 + exp(u))

    @staticmethod
    def numpy(u: Array) -> Array:
        return np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u)))

    def fdiff(self, argindex: int = 1) -> Expr:
        return sigma(self.args[0])


class sech(Block):
    """The hyperbolic secant, 1/cosh u: 0 where cosh overflows, as it should be."""

    values: ClassVar = {S.Zero: S.One, oo: S.Zero, -oo: S.Zero}
    positive = True
    increasing = None
    javascript = "(u) => 1 / Math.cosh(u)"

    @staticmethod
    def definition(u: Expr) -> Expr:
        return 2 / (exp(u) + exp(-u))

    @staticmethod
    def numpy(u: Array) -> Array:
        return 1 / np.cosh(u)

    def fdiff(self, argindex: int = 1) -> Expr:
        return -self * tanh(self.args[0])


class logcosh(Block):
    """log cosh u, the antiderivative of tanh that is 0 at 0."""

    values: ClassVar = {S.Zero: S.Zero, oo: oo, -oo: oo}
    increasing = None
    javascript = """(u) => {
    const a = Math.abs(u);
    if (a > 1) return a - Math.LN2 + Math.log1p(Math.exp(-2 * a));
    return Math.log1p(Math.sinh(a) ** 2) / 2;
  }"""

    @staticmethod
    def definition(u: Expr) -> Expr:
        return log((exp(u) + exp(-u)) / 2)

    @staticmethod
    def numpy(u: Array) -> Array:
        a = np.abs(u)
        # cosh² = 1 + sinh²: near 0 the logarithm must not see a rounded 1 + a²/2.
        near = np.log1p(np.sinh(np.minimum(a, 1)) ** 2) / 2
        return np.where(a > 1, a - np.log(2) + np.log1p(np.exp(-2 * a)), near)

    def fdiff(self, argindex: int = 1) -> Expr:
        return tanh(self.args[0])


class expm1(Block):
    """eᵘ − 1, without cancellation near 0."""

    values: ClassVar = {S.Zero: S.Zero, oo: oo, -oo: S.NegativeOne}
    numpy = np.expm1
    javascript = "Math.expm1"

    @staticmethod
    def definition(u: Expr) -> Expr:
        return exp(u) - 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return exp(self.args[0])


class log1p(Block):
    """log(1 + u), without dropping the last digits of a small u."""

    values: ClassVar = {S.Zero: S.Zero, oo: oo}
    numpy = np.log1p
    javascript = "Math.log1p"
    real_everywhere = False

    @staticmethod
    def definition(u: Expr) -> Expr:
        return log(1 + u)

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (1 + self.args[0])


class Phi(Block):
    """Φ, the distribution function of N(0, 1): P(z ≤ u) for a standard normal z."""

    values: ClassVar = {S.Zero: S.Half, oo: S.One, -oo: S.Zero}
    positive = True
    numpy = special.ndtr
    # exp(a²/2)·Phi(−a) is P/Q within 1e−15: tools/normal_distribution.py made them.
    # a² = b² + (a − b)(a + b) with b² exact, as exp would magnify a² rounded.
    javascript = """(x) => {
    const a = Math.abs(x);
    if (a > 39) return x > 0 ? 1 : 0;
    const b = Math.fround(a);
    const horner = (sum, coefficient) => sum * a + coefficient;
    const P = [1.7345150212460138e-06, 4.506958469691582e-05, 0.0005761782794032151,
      0.004680116624028654, 0.02639297259638954, 0.10673047886192452,
      0.30936739492693277, 0.621965408631856, 0.7940337307730585, 0.5];
    const Q = [4.347784395027465e-06, 0.00011297269532714855, 0.00144861255078033,
      0.011844285353047254, 0.06759294060514824, 0.27903900128957876,
      0.8387814417155677, 1.80423544569182, 2.6476450987125135, 2.3859520223489796, 1];
    const quotient = P.reduce(horner) / Q.reduce(horner);
    const tail = Math.exp(-b * b / 2) * Math.exp((b - a) * (b + a) / 2) * quotient;
    return x > 0 ? 1 - tail : tail;
  }"""

    @staticmethod
    def definition(u: Expr) -> Expr:
        return sympy.erfc(-u / sqrt(2)) / 2

    def fdiff(self, argindex: int = 1) -> Expr:
        return exp(-(self.args[0] ** 2) / 2) / sqrt(2 * pi)


class erf(Block):
    """The error function; near 0 the difference of Phi and 1/2 would cancel."""

    values: ClassVar = {S.Zero: S.Zero, oo: S.One, -oo: S.NegativeOne}
    numpy = special.erf
    javascript = """(x) => {
    const y = x * x;
    const far = Math.sign(x) * (1 - 2 * blocks.Phi(-Math.SQRT2 * Math.abs(x)));
    if (y > 0.01) return far;
    const series = [-1 / 1320, 1 / 216, -1 / 42, 1 / 10, -1 / 3, 1];
    return 2 / Math.sqrt(Math.PI) * x * series.reduce((sum, term) => sum * y + term);
  }"""

    @staticmethod
    def definition(u: Expr) -> Expr:
        return sympy.erf(u)

    def fdiff(self, argindex: int = 1) -> Expr:
        return 2 * exp(-(self.args[0] ** 2)) / sqrt(pi)


BLOCKS = (sigma, softplus, sech, logcosh, expm1, log1p, Phi, erf)

# What a formula can be made of besides numbers, symbols, sums, products and powers.
SMOOTH = {
    *(exp, log, tanh, sinh, cosh, asinh, sympy.acosh, sympy.atanh),
    *(sympy.sin, sympy.cos, sympy.tan, sympy.asin, sympy.acos, sympy.atan),
    *BLOCKS,
}
SYNONYMS = {
    sympy.sech: sech,
    sympy.erf: erf,
    sympy.erfc: lambda u: 2 * Phi(-sqrt(2) * u),
    sympy.coth: lambda u: 1 / tanh(u),
    sympy.csch: lambda u: 1 / sinh(u),
    sympy.cot: lambda u: 1 / sympy.tan(u),
    sympy.sec: lambda u: 1 / sympy.cos(u),
    sympy.csc: lambda u: 1 / sympy.sin(u),
}
# Functions that are formulas in pieces by another name.
KINKED = {sympy.Abs, sympy.Heaviside, sympy.Max, sympy.Min, sympy.sign, sympy.sinc}

u = Wild("u")
# Identities of real functions, each proved in the tests: what is found, and what is put
# in its place. Any multiple of a sum is found, too.
SUMS = {
    1 - exp(u): -expm1(u),
    1 - sigma(u): sigma(-u),
    1 - 2 * sigma(u): -tanh(u / 2),
    1 - tanh(u) ** 2: sech(u) ** 2,
    1 + tanh(u): 2 * sigma(2 * u),
    1 - tanh(u): 2 * sigma(-2 * u),
    1 - cosh(u): -2 * sinh(u / 2) ** 2,
    1 + erf(u): 2 * Phi(sqrt(2) * u),
    1 - erf(u): 2 * Phi(-sqrt(2) * u),
    1 - Phi(u): Phi(-u),
    1 - u * sigma(u) / softplus(u): (sigma(-u) + sigma(u) * softplus(-u) / softplus(u)),
}
PRODUCTS = {
    exp(u) * sigma(-u): sigma(u),
    exp(u) * sigma(-u) ** 2: sech(u / 2) ** 2 / 4,
    exp(u) * sigma(-2 * u): sech(u) / 2,
    sigma(u) * sigma(-u): sech(u / 2) ** 2 / 4,
    expm1(u) * sigma(-u): tanh(u / 2),
    sinh(u) * sech(u): tanh(u),
}
COMPOSITIONS = {
    log(sigma(u)): -softplus(-u),
    log(cosh(u)): logcosh(u),
    exp(softplus(u)): 1 / sigma(-u),
    exp(-softplus(u)): sigma(-u),
}
# For the quotient of two terms: 1 + pattern is the form.
QUOTIENTS = {total - 1: form for total, form in SUMS.items()}


def written_out(expression: Expr) -> Expr:
    """Return `expression` with the definitions in the place of the blocks."""
    return expression.rewrite(BLOCKS, exp)


def unwieldy(expression: Expr) -> set[Expr]:
    """Return the exponentials that SymPy's polynomials are not to see.

    They take exp(p·x/q) for exp(x/q) to the power of p: a large p fills the memory.
    """
    return {
        power
        for power in expression.atoms(exp)
        if any(max(abs(c.p), c.q) > 1000 for c in power.atoms(sympy.Rational))
    }


@lru_cache(4096)
def stable(expression: Expr) -> Expr:
    """Return `expression` in terms of the blocks: equal for real arguments.

    It is safe to compute. Of a formula in pieces, each piece is rewritten.
    """
    if expression.is_Atom or not isinstance(expression, Expr):
        return expression
    if isinstance(expression, sympy.Piecewise):
        cases = [(stable(formula), test) for formula, test in expression.args]
        return sympy.Piecewise(*cases, evaluate=False)
    node = expression.func(*map(stable, expression.args))
    if type(node) in SYNONYMS:
        node = SYNONYMS[type(node)](*node.args)
    if node.func != expression.func:
        return stable(node)
    found = _rewritten(node)
    return node if found is None or found == node else stable(found)


def _rewritten(node: Expr) -> Expr | None:
    """Return a stabler form of the outermost function of `node`, or None."""
    if (found := _identity(node, COMPOSITIONS)) is not None:
        return found
    match node:
        case Add():
            return _pairwise(_sum, node)
        case Mul():
            return _pairwise(_product, node)
        case log():
            return _log(node.args[0])
        case Pow():
            return _power(node.base, node.exp)
    return None


def _identity(expression: Expr, identities: Mapping[Expr, Expr]) -> Expr | None:
    """Return what the identities put in the place of `expression`, or None."""
    coefficient, function = expression.as_coeff_Mul()
    for pattern, form in identities.items():
        wanted, shape = pattern.as_coeff_Mul()
        # SymPy's matching takes its time: look first whether it may succeed.
        likely = wanted == coefficient and _kinds(shape) == _kinds(function)
        if likely and (match := function.match(shape)):
            return form.xreplace(match)
    return None


def _kinds(product: Expr) -> set[type]:
    """Return the kinds of functions among the factors of `product`."""
    factors = Mul.make_args(product)
    bases = (f.base if isinstance(f, Pow) else f for f in factors)
    return {type(base) for base in bases if isinstance(base, Function)}


def _pairwise(rule: Callable[[Expr, Expr], Expr | None], node: Expr) -> Expr | None:
    """Return a sum or product with two of its parts rewritten by a rule, or None."""
    for pair in combinations(node.args, 2):
        if (found := rule(*pair)) is not None:
            rest = (part for part in node.args if part not in pair)
            return node.func(found, *rest)
    return None


def _product(first: Expr, second: Expr) -> Expr | None:
    """Return the stable form of the product of two factors, or None."""
    if isinstance(first, exp) and isinstance(second, exp):
        return exp(first.args[0] + second.args[0])
    return _identity(first * second, PRODUCTS)


def _power(base: Expr, exponent: Expr) -> Expr | None:
    """Return the stable form of a power, or None."""
    if (found := _sum_of_exponentials(base)) is not None:
        factor, e = found
        return factor**exponent * sigma(-e) ** -exponent
    if isinstance(base, cosh) and exponent.is_negative:
        return sech(*base.args) ** -exponent
    return None


def _log(argument: Expr) -> Expr | None:
    """Return the stable form of the logarithm of `argument`, or None."""
    if (found := _sum_of_exponentials(argument)) is not None:
        factor, e = found
        return log(factor) + softplus(e)
    if isinstance(argument, Add) and S.One in argument.args:
        return log1p(argument - 1)
    expanded = sympy.expand_log(log(argument))
    return None if expanded == log(argument) else expanded


def _sum_of_exponentials(total: Expr) -> tuple[Expr, Expr] | None:
    """Return (factor, e) if `total` is factor·(1 + exp(e)) with a positive factor."""
    if not isinstance(total, Add) or len(total.args) != 2:
        return None
    for part, other in _orders(*total.args):
        coefficient, power = (part / other).as_independent(exp, as_Add=False)
        if isinstance(power, exp) and coefficient.is_positive and other.is_positive:
            return other, power.args[0] + log(coefficient)
    return None


def _sum(first: Expr, second: Expr) -> Expr | None:
    """Return the stable form of the sum of two terms, or None."""
    for part, other in _orders(first, second):
        quotient = part / other
        if (found := _hyperbolic(quotient, other)) is not None:
            return found
        found = _identity(quotient, QUOTIENTS)
        if found is not None and quotient.free_symbols:  # a number stays as it is
            return Add(*(other * term for term in Add.make_args(found)))
        if (found := _conjugate(part, other)) is not None:
            return found
    return None


def _orders(first: Expr, second: Expr) -> list[tuple[Expr, Expr]]:
    """Return both orders of two terms, the one that ends without exponentials first."""
    return sorted(((first, second), (second, first)), key=lambda pair: pair[1].has(exp))


def _hyperbolic(quotient: Expr, other: Expr) -> Expr | None:
    """Return (1 + quotient)·other if that is a cosh or a sinh, or None.

    1 + exp(2h) = 2·exp(h)·cosh(h), and 1 − exp(2h) = −2·exp(h)·sinh(h).
    """
    for sign, function in ((1, cosh), (-1, sinh)):
        if isinstance(sign * quotient, exp):
            half = (sign * quotient).args[0] / 2
            factor = sign * 2 * other * exp(half)
            return None if factor.has(exp) else factor * function(half)
    return None


def _conjugate(part: Expr, other: Expr) -> Expr | None:
    """Return the stable form of k·√a + other if the squares nearly cancel, or None.

    With other = k·r and d = a − r², √a + r is d/(√a − r), and √d·exp(asinh(r/√d)).
    k/√a + other is (other·√a + k)/√a.
    """
    roots = [root for root in Mul.make_args(part) if _is_root(root)]
    if len(roots) != 1:
        return None
    (root,) = roots
    if root.exp < 0:
        found = _conjugate(other / root, part / root)
        return None if found is None else found * root
    k = part / root
    r = other / k
    if any(abs(p.exp) > 9 for p in r.atoms(Pow) if p.exp.is_Number):
        return None  # SymPy would take for ever to multiply it out
    d = sympy.expand(root.base - r**2)
    if r.is_number:
        cancels = r.is_negative and not isinstance(d, Add)
        return k * d / (root - r) if cancels else None
    if d.is_positive and not d.free_symbols & r.free_symbols:
        return k * sqrt(d) * exp(asinh(r / sqrt(d)))
    return None


def _is_root(factor: Expr) -> bool:
    return (
        isinstance(factor, Pow)
        and abs(factor.exp) == S.Half
        and bool(factor.free_symbols)
    )
