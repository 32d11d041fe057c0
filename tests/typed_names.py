"""What type checkers see of the public names. It is read by mypy, and not run."""

from typing import assert_type

from matplotlib.figure import Figure

import actlib
from actlib import elu, plot
from actlib.activation import Activation, Entry
from actlib.vector import VectorActivation

assert_type(elu, Activation)
assert_type(actlib.softmax, VectorActivation)
assert_type(plot(actlib.tanh), Figure)
assert_type(actlib.get("elu"), Entry)
