"""Building blocks: functions that are computed without overflow and without cancellation.

A textbook formula is made for reading. Computed as it stands, ``1/(1 + exp(-x))`` overflows and
``1 - sigma(x)`` cancels. :func:`stable` rewrites a formula in terms of the blocks below, rule by
rule; each rule is an identity of real functions, and the tests prove every one with SymPy. The
chain rule does the rest: a derivative is rewritten by the same rules.

Source on cancellation: N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
SIAM (2002), DOI 10.1137/1.9780898718027.
"""

from functools import cache

import numpy as np
import sympy
from scipy.special import expit
from sympy import Function, Integer, Rational, Symbol, Wild, exp, lambdify, log, oo, sech, tanh
from sympy.codegen.cfunctions import expm1
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom
from sympy.printing.jscode import JavascriptCodePrinter, known_functions
from sympy.printing.numpy import SciPyPrinter


class sigma(Function):
    """The logistic function 1/(1 + exp(-u)), kept as one symbol."""

    @classmethod
    def eval(cls, u):
        if u.is_zero:
            return Rational(1, 2)
        if u in (oo, -oo):
            return Integer(u == oo)

    def fdiff(self, argindex=1):
        return self * (1 - self)

    def _eval_is_extended_positive(self):
        return self.args[0].is_real

    def _eval_rewrite_as_exp(self, u, **hints):
        return 1 / (1 + exp(-u))

    def _eval_evalf(self, precision):
        return self.rewrite(exp)._eval_evalf(precision)


class softplus(Function):
    """log(1 + exp(u)), kept as one symbol; its derivative is sigma(u)."""

    @classmethod
    def eval(cls, u):
        if u.is_zero:
            return log(2)
        if u in (oo, -oo):
            return max(u, Integer(0))

    def fdiff(self, argindex=1):
        return sigma(self.args[0])

    def _eval_is_extended_positive(self):
        return self.args[0].is_real

    def _eval_rewrite_as_exp(self, u, **hints):
        return log(1 + exp(u))

    def _eval_evalf(self, precision):
        return self.rewrite(exp)._eval_evalf(precision)


def _softplus(u):
    return np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u)))


def _sech(u):
    decay = np.exp(-np.abs(u))
    return 2 * decay / (1 + decay * decay)


# How NumPy computes a block. What is not listed here (exp, tanh, expm1, ...) NumPy knows.
NUMPY = {"sigma": expit, "softplus": _softplus, "sech": _sech}

# How JavaScript computes a block. What is not listed here (exp, tanh, ...) SymPy's printer knows.
JAVASCRIPT = {
    sigma: "u => 1 / (1 + Math.exp(-u))",
    softplus: "u => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)))",
    sech: "u => 1 / Math.cosh(u)",
    expm1: "Math.expm1",
}

BLOCKS = (sigma, softplus, tanh, sech, expm1)

u = Wild("u")
RULES = (
    (1 / (1 + exp(u)), sigma(-u)),
    (exp(u) * sigma(-u), sigma(u)),
    (1 - sigma(u), sigma(-u)),
    (2 * sigma(u) - 1, tanh(u / 2)),
    (1 - tanh(u) ** 2, sech(u) ** 2),
    (log(1 + exp(u)), softplus(u)),
    (exp(u) - 1, expm1(u)),
)


def stable(expression):
    """Return `expression` in terms of the blocks: equal for real arguments, safe to compute."""
    for pattern, block in RULES:
        expression = expression.replace(pattern, block)
    return expression


class _Printer(SciPyPrinter):
    def _print_Piecewise(self, expression):
        """Print nested where. A branch that does not see x must not turn nan into a number."""
        *cases, (value, _) = expression.args
        (x,) = expression.args[0].cond.free_symbols
        code = self._print(value)
        if not value.has(x):
            code = f"numpy.where(numpy.isnan({self._print(x)}), numpy.nan, {code})"
        for value, condition in reversed(cases):
            code = f"numpy.where({self._print(condition)}, {self._print(value)}, {code})"
        return code


@cache
def numpy_function(arguments, expression):
    """Return a NumPy function of `arguments` that computes the stable form of `expression`.

    Raises ValueError for an undefined function or a symbol that is not among `arguments`: nothing
    but SymPy's own functions and the blocks reaches the generated code, and `dummify` renames the
    symbols, so that no text of a symbol's name gets there either.
    """
    unknown = expression.atoms(AppliedUndef) | (expression.free_symbols - set(arguments))
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise ValueError(f"expression cannot be computed: {names} is not defined")
    settings = {"fully_qualified_modules": False, "allow_unknown_functions": True}
    printer = _Printer(settings | {"user_functions": {name: name for name in NUMPY}})
    return lambdify(
        arguments, stable(expression), [NUMPY, "scipy", "numpy"], printer, cse=True, dummify=True
    )


class _JavascriptPrinter(JavascriptCodePrinter):
    def _print_Pow(self, expression):
        """Print all powers alike: SymPy's cbrt is real where NumPy, rightly, says nan."""
        return f"Math.pow({self._print(expression.base)}, {self._print(expression.exp)})"

    def _print_BooleanTrue(self, expression):
        return "true"

    def _print_BooleanFalse(self, expression):
        return "false"


# The only nodes of a SymPy tree, numbers and arguments aside, that JavaScript is made from.
_PRINTABLE = {
    *(sympy.Add, sympy.Mul, sympy.Pow, sympy.And, sympy.Or, sympy.Not),
    *(sympy.Eq, sympy.Ne, sympy.Lt, sympy.Le, sympy.Gt, sympy.Ge),
    *(getattr(sympy, name) for name in known_functions),
    *JAVASCRIPT,
}


def javascript_function(arguments, expression):
    """Return JavaScript code of a function of `arguments`: the stable form of `expression`.

    Raises ValueError for anything but numbers, the arguments, and functions that are known to
    have JavaScript code. The arguments are renamed: no text of a user gets into the code.
    """
    names = {symbol: Symbol(f"u{index}") for index, symbol in enumerate(arguments)}
    expression = stable(expression)
    unknown = {
        str(node) if node.is_Atom else node.func.__name__
        for node in sympy.preorder_traversal(expression)
        if node not in {*names, sympy.pi, sympy.E}
        and not (isinstance(node, sympy.Number | BooleanAtom) and node is not sympy.nan)
        and node.func not in _PRINTABLE
    }
    if unknown:
        raise ValueError(f"there is no JavaScript code for {', '.join(sorted(unknown))}")
    blocks = {block.__name__: f"blocks.{block.__name__}" for block in JAVASCRIPT}
    code = _JavascriptPrinter({"user_functions": blocks}).doprint(expression.xreplace(names))
    return f"({', '.join(map(str, names.values()))}) => {code}"
