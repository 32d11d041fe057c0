"""`import actlib` brings nothing along but SymPy and what a figure and a widget need.

How long it takes is printed by benchmarks/import_time.py: a time is no test.
"""

import json
import pkgutil
import subprocess
import sys

import actlib

LIBRARIES = "import sympy, matplotlib.figure, scipy.special, ipywidgets, anywidget"
PROBE = f"""
import json, sys
{LIBRARIES}
before = set(sys.modules)
import actlib
imported = {{name.partition(".")[0] for name in set(sys.modules) - before}}
actlib.plot(actlib.logistic)
pyplot = "matplotlib.pyplot" in sys.modules
# A font's names are in an encoding that Python loads when it is wanted.
print(json.dumps([sorted(imported - {{"encodings"}}), pyplot]))
"""


def test_imports_nothing_on_top_of_its_libraries_and_no_pyplot_ever():
    command = [sys.executable, "-W", "error", "-c", PROBE]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    packages, pyplot = json.loads(output)
    assert packages == ["actlib", "sympy"]
    assert not pyplot


def test_public_is_what_is_listed_and_nothing_that_the_catalogue_needs():
    modules = {module.name for module in pkgutil.iter_modules(actlib.__path__)}
    public = {name for name in vars(actlib) if not name.startswith("_")}
    assert public - modules == set(actlib.__all__)
    assert set(actlib.CATALOGUE) < set(actlib.__all__)
