"""JavaScript code from SymPy expressions, and from lists, dicts and numbers."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sympy
from sympy import Expr, Piecewise, Symbol, nan
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean, BooleanAtom
from sympy.printing.jscode import JavascriptCodePrinter

from .blocks import BLOCKS, SMOOTH, stable
from .pieces import Formula, derivative

# The only nodes of a SymPy tree, numbers and arguments aside, that code is made from.
PRINTABLE = {
    *(sympy.Add, sympy.Mul, sympy.Pow, sympy.And, sympy.Or, sympy.Not),
    *(sympy.Eq, sympy.Ne, sympy.Lt, sympy.Le, sympy.Gt, sympy.Ge),
    *(sympy.Abs, sympy.Max, sympy.Min, sympy.sign, Piecewise, ExprCondPair),
    *SMOOTH,
}


class Code(str):
    """A piece of JavaScript."""


class _Printer(JavascriptCodePrinter):
    def _print_Pow(self, expression: Expr) -> str:
        # All powers alike: SymPy's cbrt is real where NumPy, rightly, says nan.
        base, exponent = self._print(expression.base), self._print(expression.exp)
        return f"Math.pow({base}, {exponent})"

    def _print_BooleanTrue(self, expression: BooleanAtom) -> str:
        return str(expression).lower()

    _print_BooleanFalse = _print_BooleanTrue

    def _print_NaN(self, expression: Expr) -> str:
        return "NaN"

    def _print_Piecewise(self, expression: Piecewise) -> str:
        code = "NaN"
        for formula, condition in reversed(expression.args):
            code = f"({self._print(condition)}) ? ({self._print(formula)}) : ({code})"
        return f"({code})"


def function(arguments: Iterable[Symbol], expression: Expr | Boolean | float) -> Code:
    """Return Code of a function of `arguments` that computes `expression`.

    Formulas are computed in their stable form. The arguments are renamed: no text of a
    user gets into the code.

    Raises ValueError for anything but numbers, the arguments, and functions that are
    known to have JavaScript code.
    """
    names = _renamed(arguments)
    return Code(f"({_listed(names)}) => {_computed(names, expression)}")


def _renamed(arguments: Iterable[Symbol]) -> dict[Symbol, Symbol]:
    return {symbol: Symbol(f"u{index}") for index, symbol in enumerate(arguments)}


def _listed(names: dict[Symbol, Symbol]) -> str:
    return ", ".join(map(str, names.values()))


def _computed(names: dict[Symbol, Symbol], expression: Expr | Boolean | float) -> Code:
    """Return Code that computes `expression` from its arguments by their new names."""
    expression = stable(sympy.sympify(expression))
    known = {*names, sympy.pi, sympy.E, sympy.nan}
    unknown = {
        str(node) if node.is_Atom else node.func.__name__
        for node in sympy.preorder_traversal(expression)
        if node not in known
        and not isinstance(node, sympy.Rational | sympy.Float | BooleanAtom)
        and node.func not in PRINTABLE
    }
    if unknown:
        listed = ", ".join(sorted(unknown))
        raise ValueError(f"there is no JavaScript code for {listed}")
    code = {block.__name__: f"blocks.{block.__name__}" for block in BLOCKS}
    body = _Printer({"user_functions": code}).doprint(expression.xreplace(names))
    return Code(body)


def formula(
    cut: Formula, parameters: Sequence[Symbol], order: int
) -> dict[str, list[Any]]:
    """Return Code of a formula: its cuts, and each piece with its test.

    A piece's code is that of f and its derivatives up to `order`. `parameters` are
    those of the formula, in the order of the values to come.
    """
    pieces = []
    for branch in cut.branches:
        slopes = [derivative(branch.formula, cut.x, k) for k in range(order + 1)]
        code = [function([cut.x, *parameters], slope) for slope in slopes]
        test = function([cut.x, *parameters], branch.test)
        pieces.append({"when": test, "f": code})
    return {"breaks": [function(parameters, c) for c in cut.cuts], "pieces": pieces}


def elementwise(cut: Formula, parameters: Sequence[Symbol]) -> Code:
    """Return Code of a formula for arrays: of a function of the parameters' values.

    It makes an object of three. `values(x, y)` fills the array y with f of all numbers
    in x, `slopes(x, y)` with f′, which at a cut is that from the left, as in NumPy;
    `cuts` are the cuts. The formula stands in the loop itself: a browser then makes one
    quick piece of it, without a call for each number.
    """
    x, side = cut.x, Symbol("side")
    names = _renamed([x, side, *parameters])
    own = {symbol: names[symbol] for symbol in parameters}
    cuts = [_computed(own, place) for place in cut.cuts]
    at_a_cut = " || ".join(f"u0 === cuts[{i}]" for i in range(len(cuts)))
    left = "u0 - Math.max(Math.abs(u0) * 2 ** -52, 1e-300)"
    beside = f"({at_a_cut}) ? {left} : u0" if cuts else "u0"

    def loop(order: int, place: Symbol, more: str = "") -> str:
        cases = [
            (derivative(b.formula, x, order), b.test.xreplace({x: place}))
            for b in cut.branches
        ]
        code = _computed(names, Piecewise(*cases, (nan, True), evaluate=False))
        start = "(x, y) => { for (let i = 0; i < x.length; i++) { const u0 = x[i];"
        return f"{start}{more} y[i] = {code}; }} }}"

    values, slopes = loop(0, x), loop(1, side, f" const u1 = {beside};")
    return Code(
        f"({_listed(own)}) => {{ const cuts = [{', '.join(cuts)}];\n"
        f"  const values = {values};\n  const slopes = {slopes};\n"
        "  return { values, slopes, cuts }; }"
    )


def literal(value: object) -> Code:
    """Return Code of nested dicts and lists of Code, strings and numbers."""
    if isinstance(value, Code):
        return value
    if isinstance(value, dict):
        pairs = (f"{key}: {literal(item)}" for key, item in value.items())
        return Code(f"{{{', '.join(pairs)}}}")
    if isinstance(value, list):
        return Code(f"[{', '.join(map(literal, value))}]")
    # Or "</script>" would end the script.
    return Code(json.dumps(value).replace("<", "\\u003c"))


def blocks_of(code: str) -> dict[str, Code]:
    """Return the Code of each building block that `code` calls, by name."""
    called: dict[str, Code] = {}
    for block in reversed(BLOCKS):  # a block calls earlier ones only
        call = f"blocks.{block.__name__}("
        if any(call in text for text in (code, *called.values())):
            called[block.__name__] = Code(block.javascript)
    return called
