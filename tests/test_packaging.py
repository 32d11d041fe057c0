"""The files that say what is installed agree with each other and with what is used."""

import ast
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

import actlib

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]

# Required, yet imported nowhere: programs, plugins, and what packs fonts.
PROGRAMS = {
    *("brotli", "check-jsonschema", "ipywidgets", "jupyterlab", "jupyterlite-core"),
    *("jupyterlite-pyodide-kernel", "mypy", "nbval", "pytest-xdist", "ruff", "zizmor"),
}
AUTHORS = ("tests", "tools", "benchmarks")  # the folders that only authors need
PACKAGES = {"bs4": "beautifulsoup4"}  # imported by another name


def lines(path):
    """The lines of a requirements file, without comments."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def numbers(version):
    return tuple(int(number) for number in version.split("."))


def versions(requirements, operator):
    """Name -> version of requirements that all have this operator."""
    found = {}
    for line in requirements:
        match = re.fullmatch(rf"([\w-]+){operator}([\d.]+)", line)
        assert match, f"{line!r} is not of the form <name>{operator}<version>"
        found[match[1]] = numbers(match[2])
    return found


FLOORS = versions(PROJECT["dependencies"], ">=")
LEARNER = versions(lines("requirements.txt")[:-1], "==")
TESTS = versions(lines("tests/requirements.txt")[1:], "==")


def imports(source):
    """The top-level names that a module's text imports from elsewhere."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module)
    # IPython's package is ipython.
    return {name.partition(".")[0].lower() for name in names}


def imported(folder):
    """What a folder's modules and notebooks import from packages of others."""
    names = set()
    for path in (ROOT / folder).rglob("*.py"):
        names |= imports(path.read_text(encoding="utf-8"))
    for path in (ROOT / folder).glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                names |= imports("".join(cell["source"]))
    own = {path.stem for place in AUTHORS for path in (ROOT / place).rglob("*.py")}
    names -= sys.stdlib_module_names | own | {"actlib"}
    return {PACKAGES.get(name, name.replace("_", "-")) for name in names}


def test_files_refer_to_each_other():
    assert lines("requirements.txt")[-1] == "-e ."
    assert lines("tests/requirements.txt")[0] == "-r ../requirements.txt"
    assert lines("binder/requirements.txt") == ["-r ../requirements.txt"]


def test_binder_runs_a_python_that_we_support():
    version = re.fullmatch(
        r"python-(3\.\d+)\n", (ROOT / "binder/runtime.txt").read_text()
    )[1]
    assert (
        numbers(version)
        >= versions(["python" + PROJECT["requires-python"]], ">=")["python"]
    )


def test_every_dependency_is_pinned_at_or_above_its_floor():
    assert FLOORS.keys() <= LEARNER.keys()
    assert [name for name, floor in FLOORS.items() if LEARNER[name] < floor] == []


def test_nothing_is_pinned_twice():
    assert LEARNER.keys().isdisjoint(TESTS)


def test_dependencies_are_what_actlib_imports():
    assert imported("actlib") == FLOORS.keys()


def test_a_learner_installs_what_notebooks_use_and_no_more():
    assert imported("actlib") | imported("notebooks") == LEARNER.keys() - PROGRAMS


def test_an_author_installs_what_tests_and_commands_use_and_no_more():
    used = set().union(*map(imported, AUTHORS))
    assert used - LEARNER.keys() == TESTS.keys() - PROGRAMS


@pytest.mark.parametrize("name", LEARNER)
def test_the_readme_gives_each_reason(name):
    assert f"| `{name}` |" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_citation_and_package_say_the_same():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation
    # The citation is of the code; the package holds a font, too.
    assert f"\nlicense: {PROJECT['license'].partition(' AND ')[0]}\n" in citation
    assert f"name: {PROJECT['authors'][0]['name']}\n" in citation


def test_the_package_is_complete():
    patterns = SETTINGS["tool"]["setuptools"]["package-data"]["actlib"]
    here = Path(actlib.__file__).parent
    data = {path for path in here.iterdir() if path.is_file() and path.suffix != ".py"}
    found = [set(here.glob(pattern)) for pattern in patterns]
    assert all(found)
    assert data == set().union(*found)
