"""JavaScript code from SymPy expressions, and from Python's lists, dicts, strings and numbers."""

import json

import sympy
from sympy.codegen.cfunctions import expm1
from sympy.logic.boolalg import BooleanAtom
from sympy.printing.jscode import JavascriptCodePrinter, known_functions

from .blocks import sigma, softplus, stable

# How JavaScript computes a block. What is not listed here (exp, tanh, ...) SymPy's printer knows.
BLOCKS = {
    sigma: "u => 1 / (1 + Math.exp(-u))",
    softplus: "u => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)))",
    sympy.sech: "u => 1 / Math.cosh(u)",
    expm1: "Math.expm1",
}

# The only nodes of a SymPy tree, numbers and arguments aside, that code is made from.
PRINTABLE = {
    *(sympy.Add, sympy.Mul, sympy.Pow, sympy.And, sympy.Or, sympy.Not),
    *(sympy.Eq, sympy.Ne, sympy.Lt, sympy.Le, sympy.Gt, sympy.Ge),
    *(getattr(sympy, name) for name in known_functions),
    *BLOCKS,
}


class Code(str):
    """A piece of JavaScript."""


class _Printer(JavascriptCodePrinter):
    def _print_Pow(self, expression):
        """Print all powers alike: SymPy's cbrt is real where NumPy, rightly, says nan."""
        return f"Math.pow({self._print(expression.base)}, {self._print(expression.exp)})"

    def _print_BooleanTrue(self, expression):
        return str(expression).lower()

    _print_BooleanFalse = _print_BooleanTrue


def function(arguments, expression):
    """Return Code of a function of `arguments` that computes the stable form of `expression`.

    Raises ValueError for anything but numbers, the arguments, and functions that are known to
    have JavaScript code. The arguments are renamed: no text of a user gets into the code.
    """
    names = {symbol: sympy.Symbol(f"u{index}") for index, symbol in enumerate(arguments)}
    expression = stable(sympy.sympify(expression))
    unknown = {
        str(node) if node.is_Atom else node.func.__name__
        for node in sympy.preorder_traversal(expression)
        if node not in {*names, sympy.pi, sympy.E}
        and not (isinstance(node, sympy.Number | BooleanAtom) and node is not sympy.nan)
        and node.func not in PRINTABLE
    }
    if unknown:
        raise ValueError(f"there is no JavaScript code for {', '.join(sorted(unknown))}")
    blocks = {block.__name__: f"blocks.{block.__name__}" for block in BLOCKS}
    body = _Printer({"user_functions": blocks}).doprint(expression.xreplace(names))
    return Code(f"({', '.join(map(str, names.values()))}) => {body}")


def literal(value):
    """Return Code of nested dicts and lists of Code, strings and numbers."""
    if isinstance(value, Code):
        return value
    if isinstance(value, dict):
        return Code(f"{{{', '.join(f'{key}: {literal(item)}' for key, item in value.items())}}}")
    if isinstance(value, list):
        return Code(f"[{', '.join(map(literal, value))}]")
    return Code(json.dumps(value).replace("<", "\\u003c"))  # or "</script>" would end the script


BLOCKS_CODE = literal({block.__name__: Code(code) for block, code in BLOCKS.items()})
