"""What every live figure has: pictures in a page, controls, traits that follow them.

matplotlib draws the pictures once, JavaScript made of formulas moves them. A subclass
of :class:`LiveFigure` names the JavaScript that does.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import floor, isfinite, log10
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import matplotlib
import numpy as np
import sympy
from anywidget import AnyWidget
from sympy import pretty
from traitlets import List, TraitType, Unicode

from . import figures, javascript
from .activation import Activation, Parameter, require_entry

# Comments and indents: a page needs neither, and a notebook holds each figure's. At the
# end of a line only a comment without quotes is taken away: it is no part of a string.
SPARE = re.compile(
    r"^ *(//.*|/\*[\s\S]*?\*/)\n|^ +| +//[^\"'`\n]*$",
    re.MULTILINE,
)
# The end of a line that may go on: a notebook stores each line with quotes and indents.
# What follows a comment on its line may not.
GOES_ON = re.compile(r"^((?:(?!//).)*[;{,])\n", re.MULTILINE)
# Less than this is no margin of a picture.
SMALLEST_MARGIN = 1e-100
# Two of a straight line's 401 points do for the picture.
FEWER_POINTS = matplotlib.RcParams(
    {"path.simplify": True, "path.simplify_threshold": 0.02}
)
# Text stays text where glyphs would be most of a picture.
TEXT: Any = FEWER_POINTS | {
    "font.family": "sans-serif",
    "font.sans-serif": "DejaVu Sans",
    "svg.fonttype": "none",
}
# What JavaScript is told of a line, of axes, of a function.
Data = dict[str, Any]


def script(name: str) -> str:
    """Return the text of a JavaScript module of this folder, without what is spare."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return GOES_ON.sub(r"\1 ", SPARE.sub("", text))


def written(name: str) -> str:
    """Return a name as people write it: α for alpha, z₁ for z_1."""
    return pretty(sympy.Symbol(name), use_unicode=True)


def with_margin(low: float, high: float) -> list[float]:
    """Return limits with a margin for what is drawn from `low` to `high`.

    They are rounded, so that they do not hang on a platform's last digit.
    """
    if not isfinite(low):  # nothing is drawn
        low, high = 0, 1
    margin = (high - low) / 20
    if margin < SMALLEST_MARGIN:
        margin = 1
    digits = 1 - floor(log10(margin))
    return [round(low - margin, digits), round(high + margin, digits)]


# Inputs


@dataclass(frozen=True)
class Choice:
    """An input that is one of several words; `options` maps each to what is shown."""

    name: str
    symbol: str
    options: Mapping[str, str]
    default: str
    meaning: str = ""


class Whole(Parameter):
    """A parameter that is a whole number."""

    def check(self, value: object) -> np.ndarray:
        array = super().check(value)
        if (array % 1).any():
            raise ValueError(f"{self.name} must be a whole number, not {value!r}")
        return array


class Logarithmic(Parameter):
    """A positive parameter whose slider goes in `step` parts of a power of ten."""


Input = TypeVar("Input", Parameter, Choice, Parameter | Choice)


class SliderValue(TraitType[float, Any]):
    """The trait of one slider: a number in its range.

    TypeError or ValueError for another.
    """

    def __init__(self, parameter: Parameter):
        super().__init__(parameter.default)
        self.parameter = parameter

    def validate(self, owner: Any, value: Any) -> float:
        p, number = self.parameter, self.parameter.check(value)
        if number.ndim or not p.low <= number <= p.high:
            allowed = f"a number in [{p.low:g}, {p.high:g}]"
            raise ValueError(f"{p.name} must be {allowed}, not {value!r}")
        return float(number)


class ChosenWord(TraitType[str, Any]):
    """The trait of a choice: one of its words; ValueError for anything else."""

    def __init__(self, choice: Choice):
        super().__init__(choice.default)
        self.choice = choice

    def validate(self, owner: Any, value: Any) -> str:
        if not isinstance(value, str) or value not in self.choice.options:
            allowed = ", ".join(map(repr, self.choice.options))
            message = f"{self.choice.name} must be one of {allowed}, not {value!r}"
            raise ValueError(message)
        return value


def _trait(given: Parameter | Choice) -> SliderValue | ChosenWord:
    return ChosenWord(given) if isinstance(given, Choice) else SliderValue(given)


def _control(name: str, given: Parameter | Choice) -> dict[str, Any]:
    """Return what JavaScript has to know of an input."""
    data = {"name": name, "meaning": given.meaning, "value": given.default}
    if isinstance(given, Choice):
        options = [[word, shown] for word, shown in given.options.items()]
        return data | {"symbol": given.symbol, "options": options}
    steps = {"min": given.low, "max": given.high, "step": given.step}
    if isinstance(given, Logarithmic):
        steps["logarithmic"] = True
    return data | {"symbol": written(name)} | steps


def shared(
    parameters: Iterable[Parameter], taken: Container[str]
) -> dict[str, Parameter]:
    """Return {name: Parameter} of functions' sliders; those of one name share one.

    Raises ValueError for a name that is `taken` by a figure's other inputs, or that a
    trait cannot have.
    """
    inputs: dict[str, Parameter] = {}
    for p in parameters:
        if p.name in taken or p.name[0] == "_" or hasattr(LiveFigure, p.name):
            problem = f"a parameter of the name {p.name!r}"
            raise ValueError(f"a live figure cannot have {problem}")
        same = inputs.get(p.name, p)
        low, high = max(p.low, same.low), min(p.high, same.high)
        default = min(max(same.default, low), high)
        inputs[p.name] = replace(same, low=low, high=high, default=default)
    return inputs


def listed(
    functions: Activation | Sequence[Activation], most: int, allowed: str
) -> list[Activation]:
    """Return one function or several as a list of different ones, `most` at most.

    Raises TypeError for what is none of one number, ValueError for a gated unit, and,
    which says what is `allowed`, for too many or equal names.
    """
    several: Any = functions if isinstance(functions, list | tuple) else [functions]
    for function in several:
        require_entry(function)
        if function.inputs:
            more = ", ".join(p.name for p in function.inputs)
            problem = f"a unit has one sum here, but {function.name} takes {more}, too"
            raise ValueError(f"functions must take one number: {problem}")
    names = [function.name for function in several]
    if not 1 <= len(names) <= most or len({*names}) < len(names):
        raise ValueError(f"functions must be {allowed}, each of another name")
    return [*several]


def elementwise(functions: Iterable[Activation]) -> list[Data]:
    """Return what JavaScript has to know of functions that a network takes."""
    return [
        {
            "name": f.name,
            "make": javascript.elementwise(
                f.formula, [p.symbol for p in f.parameters.values()]
            ),
            "parameters": [*f.parameters],
        }
        for f in functions
    ]


def begin(inputs: Mapping[str, Input], initial: Mapping[str, Any]) -> dict[str, Input]:
    """Return the inputs with `initial` values as defaults.

    Raises ValueError for an unknown name or a value that the input does not offer.
    """
    begun = dict(inputs)
    for name, value in initial.items():
        if name not in begun:
            allowed = ", ".join(begun)
            raise ValueError(f"unknown parameter {name!r}; allowed: {allowed}")
        valid: Any = _trait(begun[name]).validate(None, value)
        begun[name] = replace(begun[name], default=valid)
    return begun


# The figure


class LiveFigure(AnyWidget):
    """A figure that moves in the page, with a kernel and without.

    Each input's value is a trait, synced both ways. `pictures` are pairs of an address
    and a description. `_kind` is the name of the function in `_script`, a JavaScript
    module, that moves them; `data` is what it asks for.
    """

    _kind: ClassVar[str]
    _script: ClassVar[str]
    _pictures = List(Unicode()).tag(sync=True)

    def __init__(
        self,
        title: str,
        inputs: Mapping[str, Parameter | Choice],
        pictures: Sequence[tuple[str, str]],
        data: Mapping[str, Any],
    ):
        shared = {
            "title": title,
            "inputs": [_control(name, given) for name, given in inputs.items()],
            "descriptions": [description for _, description in pictures],
        }
        figure = javascript.literal({**shared, **data})
        blocks = javascript.literal(javascript.blocks_of(figure))
        constants = f"const blocks = {blocks};\nconst figure = {figure};"
        module = f"{script('live.js')}\n{self._script}\n{constants}"
        key = sha256(module.encode()).hexdigest()[:16]
        start = f'mountInPage({self._kind}, figure, "{key}");'
        self._html = (
            f'<div class="actlib-live actlib-{self._kind}" data-figure="{key}">'
            f"{figures.html_images(pictures)}"
            f'<script type="module">\n{module}\n{start}\n</script></div>'
        )
        self._title, self._inputs = title, inputs
        traits = {name: _trait(given).tag(sync=True) for name, given in inputs.items()}
        self.add_traits(**traits)
        start = f"render: (view) => mountWidget({self._kind}, figure, view)"
        super().__init__(
            _esm=f"{module}\nexport default {{ {start} }};",
            _pictures=[uri for uri, _ in pictures],
        )

    def __repr__(self) -> str:
        values = {name: getattr(self, name) for name in self._inputs}
        shown = (
            f"{k} = {v if isinstance(v, str) else f'{v:g}'}" for k, v in values.items()
        )
        return f"{type(self).__name__} of {self._title}: {', '.join(shown)}"

    def _repr_mimebundle_(
        self, **options: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return data | {"text/html": self._html}, metadata
