"""Activation functions, each written down once; all else follows from the formula."""

from .activation import Activation, Input, Parameter, Reference

# Every entry by its name, which is written in the catalogue and nowhere else:
# editors and type checkers see it, too.
from .catalogue import *  # noqa: F403
from .catalogue import CATALOGUE
from .collection import (
    compare,
    frameworks,
    gallery,
    get,
    onward,
    overview,
    recall,
    references,
    routes,
)
from .display import table
from .exercises import check
from .explorer import explore
from .facts import NOT_WORKED_OUT
from .figures import draw, plot, show, subplots
from .live_neuron import neuron
from .propagation import propagate
from .training import train

__all__ = [
    "CATALOGUE",
    "NOT_WORKED_OUT",
    "Activation",
    "Input",
    "Parameter",
    "Reference",
    "check",
    "compare",
    "draw",
    "explore",
    "frameworks",
    "gallery",
    "get",
    "neuron",
    "onward",
    "overview",
    "plot",
    "propagate",
    "recall",
    "references",
    "routes",
    "show",
    "subplots",
    "table",
    "train",
    *CATALOGUE,
]
