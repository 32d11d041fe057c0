"""Activation functions, each written down once; all else follows from the formula."""

from .activation import Activation, Parameter, Reference
from .catalogue import CATALOGUE
from .collection import compare, frameworks, gallery, get, onward, recall, references
from .display import table
from .exercises import check
from .explorer import explore
from .facts import NOT_WORKED_OUT
from .figures import draw, plot, show, subplots
from .network import neuron

# Every entry is importable by its name; written out, so that editors see the names.
identity = CATALOGUE["identity"]
binary_step = CATALOGUE["binary_step"]
logistic = CATALOGUE["logistic"]
tanh = CATALOGUE["tanh"]
relu = CATALOGUE["relu"]
prelu = CATALOGUE["prelu"]
elu = CATALOGUE["elu"]
softplus = CATALOGUE["softplus"]
softmax = CATALOGUE["softmax"]

__all__ = [
    "CATALOGUE",
    "NOT_WORKED_OUT",
    "Activation",
    "Parameter",
    "Reference",
    "binary_step",
    "check",
    "compare",
    "draw",
    "elu",
    "explore",
    "frameworks",
    "gallery",
    "get",
    "identity",
    "logistic",
    "neuron",
    "onward",
    "plot",
    "prelu",
    "recall",
    "references",
    "relu",
    "show",
    "softmax",
    "softplus",
    "subplots",
    "table",
    "tanh",
]
