"""The class of an activation function, and what follows from its one symbolic expression."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import sympy
from sympy import Expr, Interval, Piecewise, S, Set, Symbol, exp, latex, nan, oo

from . import facts
from .blocks import BLOCKS, cases, formulas, numpy_function, stable

RESERVED = {"self", "x", "order", "wrt", "axis"}  # arguments of methods besides the parameters


def require(name, value, kind, allowed):
    """Raise TypeError, naming the argument and what is allowed, unless `value` is of `kind`."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be {allowed}, not {value!r}")


def real_array(name, value):
    """Return `value` as an array of real numbers; an error that names the argument otherwise."""
    allowed = "a real number or an array of them (float64, float32, float16 or integers)"
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be {allowed}, not a ragged list") from error
    if array.dtype.kind not in "iubf" or array.dtype.itemsize > 8:
        raise TypeError(f"{name} must be {allowed}, not {type(value).__name__} ({array.dtype})")
    return array


@dataclass(frozen=True)
class Parameter:
    """A parameter of an activation function.

    `domain` is the interval of values that computations accept; a slider offers [`low`, `high`]
    in steps of `step`. `symbol` may be given by its name; `name` is the keyword, if it is another.

    Raises TypeError for a wrong type, ValueError when the numbers do not fit together.
    """

    symbol: Symbol
    default: float
    low: float
    high: float
    step: float
    meaning: str = ""
    domain: Set = S.Reals
    name: str = ""

    def __post_init__(self):
        require("symbol", self.symbol, str | Symbol, "a name or a SymPy symbol")
        require("domain", self.domain, Interval, "a SymPy Interval")
        # Assumptions let SymPy simplify; learners need not know of them: symbols match by name.
        known = "positive" if self.domain.is_subset(Interval.open(0, oo)) else "real"
        object.__setattr__(self, "symbol", Symbol(str(self.symbol), **{known: True}))
        object.__setattr__(self, "name", self.name or self.symbol.name)
        if not self.name.isidentifier() or self.name in RESERVED:
            raise ValueError(f"symbol must have a name free as a keyword, not {self.name!r}")
        real_array(self.name, [self.low, self.default, self.high, self.step])
        self.check([self.low, self.default, self.high])
        if not self.low <= self.default <= self.high or self.low == self.high or not self.step > 0:
            raise ValueError(f"{self.name} needs low <= default <= high, low < high and step > 0")

    def check(self, value):
        """Return `value` as a float64 array; ValueError unless it lies in the domain."""
        if isinstance(value, Expr) and value.is_number and value.is_extended_real:
            value = float(value)
        array = real_array(self.name, value).astype(np.float64, copy=False)
        low, high = float(self.domain.inf), float(self.domain.sup)
        above = array > low if self.domain.left_open else array >= low
        below = array < high if self.domain.right_open else array <= high
        if not (above & below).all():
            raise ValueError(f"{self.name} must lie in {self.domain}, not {value!r}")
        return array

    def exact(self, value):
        """Return `value` as a SymPy number: 0.1 as 1/10; ValueError unless in the domain."""
        if self.check(value).ndim:
            raise TypeError(f"{self.name} must be one number here, not an array")
        return sympy.nsimplify(value if isinstance(value, Expr) else float(value), rational=True)


@dataclass(frozen=True)
class Reference:
    """A publication; the DOI may be missing. Shown as a line of a list of references."""

    authors: str
    year: int
    title: str
    venue: str = ""
    doi: str = ""

    def __str__(self):
        return f"{self.authors} ({self.year}). {self.title}. {self.venue}".rstrip(". ") + "."


@dataclass(eq=False, repr=False)
class Entry:
    """What every function has: a formula, parameters, and its place in the collection.

    Raises TypeError when `expression` is not a SymPy expression or `parameters` not a list of
    Parameter.
    """

    title: str
    expression: InitVar[Expr]
    parameters: Sequence[Parameter] = ()
    _: KW_ONLY
    name: str = ""
    aliases: Sequence[str] = ()
    number: int = 0
    family: str = ""
    idea: str = ""
    builds_on: Sequence[str] = ()
    references: Sequence[Reference] = ()
    frameworks: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self, expression):
        require("title", self.title, str, "text")
        require("expression", expression, Expr, "a SymPy expression such as x**2")
        require("parameters", self.parameters, list | tuple, "a list of actlib.Parameter")
        for parameter in self.parameters:
            require("parameters", parameter, Parameter, "a list of actlib.Parameter")
        if len({p.name for p in self.parameters}) < len(self.parameters):
            raise ValueError("parameters must have different names")
        own = {p.symbol.name: p.symbol for p in self.parameters}
        self.expr = expression.xreplace({s: own.get(s.name, s) for s in expression.free_symbols})
        self.parameters = MappingProxyType({p.name: p for p in self.parameters})
        self.name = self.name or self.title

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}: {self.expr}>"

    @property
    def notebook(self):
        """The stem of the file name of the entry's notebook."""
        return f"{self.number:02d}-{self.name.replace('_', '-')}"

    def values_of(self, parameters):
        """Return the values of all parameters by name: those given, and defaults for the rest."""
        for name in parameters.keys() - self.parameters.keys():
            allowed = ", ".join(self.parameters) or "none"
            raise TypeError(f"{self.name} has no parameter {name!r}; it has: {allowed}")
        return {p.name: parameters.get(p.name, p.default) for p in self.parameters.values()}

    def exact(self, parameters):
        """Return {symbol: exact number} for the parameters that are given."""
        self.values_of(parameters)
        given = ((self.parameters[name], value) for name, value in parameters.items())
        return {p.symbol: p.exact(value) for p, value in given}

    def arrays(self, name, x, parameters):
        """Return `x`, called `name`, and the values of all parameters as arrays that broadcast."""
        values = {n: self.parameters[n].check(v) for n, v in self.values_of(parameters).items()}
        arrays = {name: real_array(name, x)} | values
        try:
            np.broadcast_shapes(*(array.shape for array in arrays.values()))
        except ValueError as error:
            shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
            raise ValueError(f"shapes must broadcast with each other: {shapes}") from error
        return arrays.values()

    def facts(self, **parameters):
        """Return the fact card: a read-only mapping of SymPy objects, shown as a table.

        Parameters that are not given have their default values.
        """
        values = self.values_of(parameters).items()
        return facts.card(self, **{name: self.parameters[name].exact(v) for name, v in values})


class Activation(Entry):
    """An activation function of one real argument, written down as a SymPy expression.

    The one free symbol of `expression` that is not a parameter is the argument. Values,
    derivatives, facts and figures all follow from the expression. What comes after `parameters`
    describes an entry of the catalogue.

    >>> from sympy import exp, symbols
    >>> x = symbols("x")
    >>> bump = Activation("Gaussian bump", exp(-x**2))
    >>> bump.diff()
    -2*x*exp(-x**2)
    >>> bump(0.0)
    np.float64(1.0)

    Raises TypeError when `expression` is not a SymPy expression or `parameters` not a list of
    Parameter; ValueError when it is not clear which symbol is the argument.
    """

    derive = facts.derive

    def __post_init__(self, expression):
        super().__post_init__(expression)
        parameters = [p.symbol for p in self.parameters.values()]
        arguments = self.expr.free_symbols - {*parameters}
        names = {symbol.name for symbol in arguments}
        if len(names) > 1:
            raise ValueError(f"parameters must declare all but one of {', '.join(sorted(names))}")
        # Real, so that SymPy can simplify, whatever the learner's symbol is.
        self.x = Symbol(*names or "x", real=True)
        self.expr = self.expr.xreplace(dict.fromkeys(arguments, self.x))
        self.symbols = (self.x, *parameters)

    def _repr_latex_(self):
        return f"$\\displaystyle f({latex(self.x)}) = {latex(self.expr)}$"

    # Symbols

    def of(self, argument):
        """Return the expression with `argument`, any SymPy expression, in the place of x."""
        require("argument", argument, Expr | int | float, "a SymPy expression or a number")
        return self.expr.subs(self.x, argument)

    def pieces(self, order=0, **parameters):
        """Return [(interval, expression), ...] from left to right: one smooth formula on each.

        The expressions are those of f, or of its derivative of the given order. Raises ValueError
        where the formula has no value somewhere, or where it changes its form at a place that
        depends on a parameter that is not given.
        """
        try:
            pairs = formulas(self.expr.subs(self.exact(parameters)))
        except NotImplementedError as error:
            raise ValueError(f"{self.title} must change its form at known places") from error
        if sympy.Union(*(domain for _, domain in pairs)) != S.Reals:
            raise ValueError(f"{self.title} must have a value for every {self.x}")
        pieces = [
            (part, stable(formula).diff(self.x, order))
            for formula, domain in pairs
            for part in sympy.Union.make_args(domain)
            if isinstance(part, Interval)
        ]
        return sorted(pieces, key=lambda piece: piece[0].inf)

    def one_sided(self, order, point, **parameters):
        """Return the limits of the derivative of `order` at `point` from the left and the right.

        The parameters that are not given stay symbols.
        """
        near = [p for part, p in self.pieces(order, **parameters) if point in part.closure]
        sides = ((near[0], "-"), (near[-1], "+"))
        limits = (sympy.limit(p.rewrite(BLOCKS, exp), self.x, point, side) for p, side in sides)
        return tuple(map(sympy.simplify, limits))

    def smooth_at(self, point, order, **parameters):
        """Return the condition for the derivatives 0 to `order` to go smoothly through `point`.

        That is: each has the same limit from both sides. The condition is true or false where
        SymPy can tell, and otherwise one for the parameters that are not given: Eq(alpha, 1).
        """
        sides = (self.one_sided(k, point, **parameters) for k in range(order + 1))
        return sympy.And(*(sympy.Eq(left, right) for left, right in sides)).simplify()

    def diff(self, order=1, **parameters):
        """Return the derivative of the given order as a SymPy expression in short closed form.

        Parameters that are given are put in as exact numbers; the others stay symbols. At a kink
        or a jump the value is nan: there is no derivative. The symbol ``sigma`` is the logistic
        function; ``.rewrite(exp)`` writes it out.

        Raises ValueError for an order that is not 0, 1, 2, ...
        """
        if not isinstance(order, int) or isinstance(order, bool) or order < 0:
            raise ValueError(f"order must be a whole number from 0 on, not {order!r}")
        if order == 0:
            return self.expr.subs(self.exact(parameters))
        branches = []
        for domain, slope in self.pieces(order, **parameters):
            shortest = min(slope, sympy.factor(slope), key=sympy.count_ops)
            joined = domain.sup < oo and self.smooth_at(domain.sup, order, **parameters)
            interval = Interval(domain.inf, domain.sup, True, right_open=joined != sympy.true)
            branches.append((shortest, interval.as_relational(self.x)))
        return Piecewise(*branches, (nan, True))

    # Numbers

    def __call__(self, x, **parameters):
        """Return f(x) as NumPy values.

        `x` is a real number or an array of any shape; integers become float64. Parameters are
        numbers or arrays that broadcast with `x`. The dtype of the result is that of `x`.

        Raises TypeError for what is not real numbers or an unknown parameter, ValueError for a
        parameter outside its domain.
        """
        if isinstance(x, Expr) and x.free_symbols:
            raise TypeError(f"x must be numbers; for a formula write {self.name}.of({x})")
        return numpy_function(self.symbols, self.expr)(*self.arrays("x", x, parameters))

    def grad(self, x, *, wrt=None, **parameters):
        """Return df/dx, or df/d`wrt` for the name of a parameter; otherwise like calling f.

        At a kink it is the left-hand derivative: 0 for ReLU, which is what PyTorch, Keras and JAX
        return, and alpha for PReLU and ELU.
        """
        if wrt is not None and wrt not in list(self.parameters):
            raise ValueError(f"wrt must be None or one of {[*self.parameters]}, not {wrt!r}")
        return numpy_function(self.symbols, _slope(self, wrt))(*self.arrays("x", x, parameters))


@lru_cache
def _slope(activation, wrt):
    """Return the derivative that `grad` computes, from the left at a breakpoint.

    Where a breakpoint moves with a parameter, its side is that of the formula with <= for <.
    """
    symbol = activation.parameters[wrt].symbol if wrt else activation.x
    try:
        pieces = [(piece, activation.x <= domain.sup) for domain, piece in activation.pieces()]
    except ValueError:
        found = cases(activation.expr)
        pieces = [(stable(piece), test.replace(sympy.Lt, sympy.Le)) for piece, test in found]
    return Piecewise(*((piece.diff(symbol), test) for piece, test in pieces))


def require_activation(value, kind=Activation):
    of = " of one number" if kind is Activation else ""
    require("activation", value, kind, f"a function{of} such as actlib.logistic")
