"""The class of an activation function, and what follows from its one expression."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, dataclass, field
from keyword import iskeyword
from types import MappingProxyType, UnionType
from typing import Any, NoReturn, TypeAlias

import numpy as np
import sympy
from numpy.typing import ArrayLike
from sympy import Eq, Expr, Interval, Or, Piecewise, S, Set, Symbol, latex, nan, oo
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from .blocks import unwieldy
from .facts import Facts, facts_of
from .limits import NotWorkedOut
from .numerics import numpy_function
from .pieces import (
    Formula,
    Joint,
    Pairs,
    Piece,
    derivative,
    fraction,
    intervals,
    joint_at,
    joints,
    piece_at,
)

Number: TypeAlias = float | Expr

# Arguments of methods besides the parameters.
RESERVED = {"self", "x", "order", "wrt", "axis", "n", "answer", "points"}


def require(name: str, value: object, kind: type | UnionType, allowed: str) -> None:
    """Raise TypeError, naming the argument and what is allowed, unless of `kind`."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be {allowed}, not {value!r}")


def real_array(name: str, value: object) -> np.ndarray:
    """Return `value` as an array of real numbers; else an error names the argument."""
    types = "float64, float32, float16 or integers"
    allowed = f"a real number or an array of them ({types})"
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be {allowed}, not a ragged list") from error
    if array.dtype.kind not in "iubf" or array.dtype.itemsize > 8:
        found = f"{type(value).__name__} ({array.dtype})"
        raise TypeError(f"{name} must be {allowed}, not {found}")
    return array


@dataclass(frozen=True)
class Parameter:
    """A parameter of an activation function.

    `domain` is the interval of values that computations accept; a slider offers
    [`low`, `high`] in steps of `step`. `symbol` may be given by its name; `name` is the
    keyword, if it is another.

    Raises TypeError for a wrong type, ValueError when the numbers do not fit together.
    """

    symbol: Any
    default: float
    low: float
    high: float
    step: float
    meaning: str = ""
    domain: Set = S.Reals
    name: str = ""

    def __post_init__(self) -> None:
        require("symbol", self.symbol, str | Symbol, "a name or a SymPy symbol")
        require("domain", self.domain, Interval, "a SymPy Interval")
        # Assumptions let SymPy simplify; learners need not know: symbols match by name.
        domains = {"positive": Interval.open(0, oo), "nonnegative": Interval(0, oo)}
        known = (k for k, domain in domains.items() if self.domain.is_subset(domain))
        symbol = Symbol(str(self.symbol), **{next(known, "real"): True})
        object.__setattr__(self, "symbol", symbol)
        object.__setattr__(self, "name", self.name or symbol.name)
        if not self.name.isidentifier() or iskeyword(self.name):
            problem = f"{self.name!r} is none in Python; give another as name=..."
            raise ValueError(f"symbol must have a name for an argument: {problem}")
        if self.name in RESERVED:
            problem = f"{self.name!r} has a meaning already; give another as name=..."
            raise ValueError(f"symbol must have a name for an argument: {problem}")
        real_array(self.name, [self.low, self.default, self.high, self.step])
        self.check([self.low, self.default, self.high])
        ordered = self.low <= self.default <= self.high and self.low < self.high
        if not (ordered and self.step > 0):
            wanted = "low <= default <= high, low < high and step > 0"
            raise ValueError(f"{self.name} needs {wanted}")

    def check(self, value: object) -> np.ndarray:
        """Return `value` as a float64 array; ValueError unless it is in the domain."""
        if isinstance(value, Expr) and value.is_number and value.is_extended_real:
            value = float(value)
        array = real_array(self.name, value).astype(np.float64, copy=False)
        low, high = float(self.domain.inf), float(self.domain.sup)
        above = array > low if self.domain.left_open else array >= low
        below = array < high if self.domain.right_open else array <= high
        if not (above & below).all():
            raise ValueError(f"{self.name} must lie in {self.domain}, not {value!r}")
        return array

    def array(self, value: ArrayLike) -> np.ndarray:
        """Return `value` as a float64 array to compute with, as `check` does."""
        return self.check(value)

    def exact(self, value: Number) -> Expr:
        """Return `value` as a SymPy number, 0.1 as 1/10; ValueError if not allowed."""
        if self.check(value).ndim:
            raise TypeError(f"{self.name} must be one number here, not an array")
        return fraction(value if isinstance(value, Expr) else float(value))


class Input(Parameter):
    """A number that a function takes beside x, such as the other sum of a gated unit.

    It is given after x or by its name, and may be nan or infinite, as x may. Figures
    and facts hold it fixed, as they do a parameter; all else of one holds for it.
    """

    def array(self, value: ArrayLike) -> np.ndarray:
        return real_array(self.name, value).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Reference:
    """A publication, shown as a line in a list of references.

    Where there is no DOI, `url` says where it can be read.
    """

    authors: str
    year: int
    title: str
    venue: str = ""
    doi: str = ""
    url: str = ""

    @property
    def address(self) -> str:
        """Where the publication can be read: the DOI's page, or `url`; else ''."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    def __str__(self) -> str:
        line = f"{self.authors} ({self.year}). {self.title}. {self.venue}"
        return line.rstrip(". ") + "."


@dataclass(eq=False, repr=False)
class Entry(ABC):
    """What every function has: a formula, parameters, and its place in the collection.

    Raises TypeError when `expression` is not a SymPy expression or `parameters` not a
    list of Parameter.
    """

    title: str
    expression: InitVar[Expr]
    parameters: Any = ()  # given as a list, kept as a mapping {name: Parameter}
    _: KW_ONLY
    name: str = ""
    aliases: Sequence[str] = ()
    number: int = 0
    family: str = ""
    idea: str = ""
    builds_on: Sequence[str] = ()
    references: Sequence[Reference] = ()
    frameworks: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self, expression: Expr) -> None:
        require("title", self.title, str, "text")
        require("expression", expression, Expr, "a SymPy expression such as x**2")
        allowed = "a list of actlib.Parameter"
        require("parameters", self.parameters, list | tuple, allowed)
        for parameter in self.parameters:
            require("parameters", parameter, Parameter, allowed)
        named = {p.name: p for p in self.parameters}
        if len(named) < len(self.parameters):
            raise ValueError("parameters must have different names")
        own = {p.symbol.name: p.symbol for p in self.parameters}
        same = {s: own.get(s.name, s) for s in expression.free_symbols}
        self.expr: Expr = expression.xreplace(same)
        self.parameters: Mapping[str, Parameter] = MappingProxyType(named)
        self.name = self.name or self.title

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.expr}>"

    @property
    def inputs(self) -> list[Parameter]:
        """The parameters that are inputs: what is put in beside x."""
        return [p for p in self.parameters.values() if isinstance(p, Input)]

    def held(self, parameters: Mapping[str, Any]) -> str:
        """Return at which values inputs are held, as ", b = 1"; "" without any."""
        values = self.values_of(parameters)
        return "".join(f", {p.symbol} = {values[p.name]:g}" for p in self.inputs)

    @property
    def notebook(self) -> str:
        """The stem of the file name of the entry's notebook."""
        return f"{self.number:02d}-{self.name.replace('_', '-')}"

    @abstractmethod
    def facts(self, **parameters: Number) -> Facts:
        """Return the fact card: a read-only mapping of SymPy objects, shown as a table.

        Parameters that are not given have their default values.
        """

    def values_of(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of all parameters by name, defaults where none is given."""
        for name in parameters.keys() - self.parameters.keys():
            allowed = ", ".join(self.parameters) or "none"
            raise TypeError(f"{self.name} has no parameter {name!r}; it has: {allowed}")
        defaults = {p.name: p.default for p in self.parameters.values()}
        return defaults | dict(parameters)

    def exact(self, parameters: Mapping[str, Number]) -> dict[Symbol, Expr]:
        """Return {symbol: exact number} for the parameters that are given."""
        self.values_of(parameters)
        given = ((self.parameters[name], value) for name, value in parameters.items())
        return {p.symbol: p.exact(value) for p, value in given}

    def arrays(
        self, name: str, x: ArrayLike, parameters: Mapping[str, ArrayLike]
    ) -> list[np.ndarray]:
        """Return `x`, called `name`, and all parameters as arrays that broadcast."""
        values = self.values_of(parameters).items()
        arrays = {name: real_array(name, x)}
        arrays |= {key: self.parameters[key].array(value) for key, value in values}
        try:
            np.broadcast_shapes(*(array.shape for array in arrays.values()))
        except ValueError as error:
            shapes = ", ".join(
                f"{name} {array.shape}" for name, array in arrays.items()
            )
            problem = f"shapes must broadcast with each other: {shapes}"
            raise ValueError(problem) from error
        return list(arrays.values())


class Activation(Entry):
    """An activation function of one real argument, written down as a SymPy expression.

    The one free symbol of `expression` that is not a parameter is the argument. Values,
    derivatives, facts and figures all follow from the expression. What comes after
    `parameters` describes an entry of the catalogue.

    >>> from sympy import exp, symbols
    >>> x = symbols("x")
    >>> bump = Activation("Gaussian bump", exp(-x**2))
    >>> bump.diff()
    -2*x*exp(-x**2)
    >>> bump(0.0)
    np.float64(1.0)

    Raises TypeError when `expression` is not a SymPy expression or `parameters` not a
    list of Parameter; ValueError when it is not clear which symbol is the argument, or
    when the expression holds what cannot be computed.
    """

    def __post_init__(self, expression: Expr) -> None:
        super().__post_init__(expression)
        if self.expr.has(sympy.Derivative):
            self.expr = self.expr.doit()
        parameters = [p.symbol for p in self.parameters.values()]
        arguments = self.expr.free_symbols - {*parameters}
        names = {symbol.name for symbol in arguments}
        if len(names) > 1:
            listed = ", ".join(sorted(names))
            raise ValueError(f"parameters must declare all but one of {listed}")
        # Real, so that SymPy can simplify, whatever the learner's symbol is.
        self.x = Symbol(*names or "x", real=True)
        self.expr = self.expr.xreplace(dict.fromkeys(arguments, self.x))
        self.symbols = (self.x, *parameters)
        sliders = self.parameters.values()
        corners = zip(*((p.default, p.low, p.high) for p in sliders), strict=True)
        samples = list(corners) if parameters else [()]
        self.formula = Formula(self.expr, self.x, parameters, samples)
        self._cards: dict[Pairs, Facts] = {}

    def _repr_latex_(self) -> str:
        arguments = ", ".join(map(latex, [self.x, *(p.symbol for p in self.inputs)]))
        return f"$\\displaystyle f({arguments}) = {latex(self.expr)}$"

    def _no_arithmetic(self, other: object) -> NoReturn:
        hint = f"for its formula write {self.name}.expr, or {self.name}.of(...)"
        raise TypeError(f"{self.name} is a function, not a formula; {hint}")

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = _no_arithmetic
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = _no_arithmetic

    # Symbols

    def of(self, argument: Number) -> Expr:
        """Return the expression with `argument`, a SymPy expression, in x's place."""
        allowed = f"a SymPy expression or a number (of an array: {self.name}(x))"
        require("argument", argument, Expr | int | float, allowed)
        return self.expr.subs(self.x, argument)

    def pieces(self, **parameters: Number) -> list[Piece]:
        """Return the pieces from left to right: one smooth formula on each `domain`.

        Parameters that are not given stay symbols; the order of the pieces is that for
        their defaults. The derivatives of a piece are `piece.derivative(order)`.
        """
        given = self.exact(parameters)
        return self.formula.pieces(self.exact(self.values_of(parameters)), given)

    def one_sided(
        self, order: int, point: Number, /, **parameters: Number
    ) -> tuple[Expr, Expr]:
        """Return the limits of a derivative at `point` from the left and the right.

        `order` is 0 for f itself. Parameters that are not given stay symbols. Raises
        ValueError where SymPy cannot tell.
        """
        point = sympy.sympify(point)
        if point.is_infinite:
            raise ValueError(f"point must be a finite number, not {point}")
        try:
            pieces = self.pieces(**parameters)
            if (joint := joint_at(pieces, point)) is not None:
                return joint.sides(order)
            near = piece_at(pieces, point)
            left, right = (near.limit(order, point, side) for side in "-+")
        except NotWorkedOut as error:
            raise ValueError(f"SymPy cannot work out {error}") from error
        return left, right

    def diff(self, order: int = 1, **parameters: Number) -> Expr:
        """Return a derivative as a SymPy expression in short closed form.

        Parameters that are given are put in as exact numbers; the others stay symbols.
        At a kink or a jump the value is nan: there is no derivative. The symbol
        ``sigma`` is the logistic function; ``.rewrite(exp)`` writes it out.

        Raises ValueError for an order that is not 0, 1, 2, ...
        """
        if not isinstance(order, int) or isinstance(order, bool) or order < 0:
            raise ValueError(f"order must be a whole number from 0 on, not {order!r}")
        given = self.exact(parameters)
        if order == 0:
            return self.expr.subs(given)
        pieces = self.pieces(**parameters)
        tests = [branch.test.subs(given) for branch in self.formula.branches]
        if self.formula.uncut:
            return _diff_of_cases(pieces[0].formula.args, self.x, order)
        if any(not r.has(self.x) for test in tests for r in test.atoms(Relational)):
            # Which formulas there are depends on parameters that are left open.
            formulas = (b.formula.subs(given) for b in self.formula.branches)
            return _diff_of_cases(zip(formulas, tests, strict=True), self.x, order)
        ends = [*joints(pieces), None]
        branches = []
        for piece, joint in zip(intervals(pieces), ends, strict=True):
            closed = joint is not None and _is_smooth(joint, order)
            interval = Interval(piece.domain.start, piece.domain.end, True, not closed)
            slope = _shortest(piece.derivative(order))
            branches.append((slope, interval.as_relational(self.x)))
        return Piecewise(*branches, (nan, True))

    def facts(self, **parameters: Number) -> Facts:
        """Return the fact card: a read-only mapping of SymPy objects, shown as a table.

        Parameters that are not given have their default values. What cannot be worked
        out is actlib.NOT_WORKED_OUT.
        """
        given = self.values_of(parameters)
        exact = tuple(self.exact(given).items())
        if exact not in self._cards:
            title = self.title + self.held(given)
            self._cards[exact] = facts_of(title, self.pieces(**given))
        return self._cards[exact]

    # Numbers

    def __call__(
        self, x: ArrayLike, /, *inputs: ArrayLike, **parameters: ArrayLike
    ) -> Any:
        """Return f(x) as NumPy values.

        `x` is a real number or an array of any shape; integers become float64. `inputs`
        are what else a gated unit takes, as in ``swiglu(x, b)``. They and parameters
        are numbers or arrays that broadcast with `x`. The dtype of the result is that
        of `x`. ±inf gives the limit, or nan where there is none.

        Raises TypeError for what is not real numbers or an unknown parameter,
        ValueError for a parameter outside its domain.
        """
        if isinstance(x, Expr) and x.free_symbols:
            hint = f"for a formula write {self.name}.of({x})"
            raise TypeError(f"x must be numbers; {hint}")
        given = self._by_name(inputs, parameters)
        return numpy_function(self.formula)(*self.arrays("x", x, given))

    def grad(
        self,
        x: ArrayLike,
        /,
        *inputs: ArrayLike,
        wrt: str | None = None,
        **parameters: ArrayLike,
    ) -> Any:
        """Return df/dx, or df/d`wrt` for the name of a parameter, as calling f does.

        At a kink it is the left-hand derivative: 0 for ReLU, which is what PyTorch,
        Keras and JAX return, and alpha for PReLU and ELU.
        """
        if wrt is not None and wrt not in list(self.parameters):
            allowed = f"None or one of {[*self.parameters]}"
            raise ValueError(f"wrt must be {allowed}, not {wrt!r}")
        symbol = self.parameters[wrt].symbol.name if wrt else None
        function = numpy_function(self.formula, 1, symbol)
        given = self._by_name(inputs, parameters)
        return function(*self.arrays("x", x, given))

    def _by_name(
        self, inputs: Sequence[ArrayLike], parameters: Mapping[str, ArrayLike]
    ) -> dict[str, ArrayLike]:
        """Return `parameters` with the inputs that are given by their place."""
        names = [p.name for p in self.inputs]
        if len(inputs) > len(names):
            allowed = ", ".join([str(self.x), *names])
            others = len(self.parameters) > len(names)
            only = "; a parameter is given by its name" if others else ""
            problem = f"{1 + len(inputs)} arguments without a name{only}"
            raise TypeError(f"{self.name} takes ({allowed}), not {problem}")
        placed = dict(zip(names, inputs, strict=False))
        for name in placed.keys() & parameters.keys():
            raise TypeError(f"{self.name} is given {name} twice")
        return placed | dict(parameters)


def _shortest(slope: Expr) -> Expr:
    forms = [slope, sympy.factor_terms(slope)]
    if not unwieldy(slope):
        forms.append(sympy.factor(slope))
    return min(forms, key=sympy.count_ops)


def _is_smooth(joint: Joint, order: int) -> bool:
    try:
        return joint.smooth_up_to(order)
    except NotWorkedOut:
        return False


def _diff_of_cases(
    cases: Iterable[tuple[Expr, Boolean]], x: Symbol, order: int
) -> Piecewise:
    """Return a derivative of cases that cannot be put in order from left to right."""
    slopes = [(derivative(formula, x, order), test) for formula, test in cases]
    relations = set().union(*(sympy.And(test).atoms(Relational) for _, test in slopes))
    borders = Or(*(Eq(r.lhs, r.rhs) for r in relations if r.has(x)))
    return Piecewise((nan, borders), *slopes)


def require_entry(value: object, kind: type = Activation) -> None:
    """Raise TypeError unless `value` is a function of one number, or of that kind."""
    of = " of one number" if kind is Activation else ""
    require("activation", value, kind, f"a function{of} such as actlib.logistic")
