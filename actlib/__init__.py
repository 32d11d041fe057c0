"""Activation functions, each written down once; values, derivatives, facts, figures follow."""

from .activation import Activation, Parameter, Reference
from .catalogue import CATALOGUE
from .collection import frameworks, gallery, get, onward, recall, references
from .exercises import check
from .explorer import explore
from .figures import plot, show, subplots

globals().update(CATALOGUE)  # every entry is importable by its name

__all__ = ["CATALOGUE", *CATALOGUE, "Activation", "Parameter", "Reference", "check", "explore"]
__all__ += ["frameworks", "gallery", "get", "onward", "recall", "references"]
__all__ += ["plot", "show", "subplots"]
