"""actlib is tiny, and stays so: learners read it."""

import ast
import re
from pathlib import Path

import actlib

FOLDER = Path(actlib.__file__).parent


def python_lines(source):
    """The numbers of the lines of code: blank lines, comments and docstrings do not count."""
    lines = enumerate(source.splitlines(), 1)
    code = {number for number, line in lines if line.strip() and not line.strip().startswith("#")}
    for node in ast.walk(ast.parse(source)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node) is not None:
            code -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return code


def test_python_lines():
    source = (
        '"""Why."""\n\n# why\nx = 1  # counts\n\ndef f():\n    """Two\n    lines."""\n    return x'
    )
    assert python_lines(source) == {4, 6, 9}


def test_actlib_is_tiny():
    modules = [path for path in FOLDER.glob("*.py") if path.name != "catalogue.py"]
    assert sum(len(python_lines(path.read_text(encoding="utf-8"))) for path in modules) < 1000


def test_the_live_figure_is_tiny():
    source = (FOLDER / "explorer.js").read_text(encoding="utf-8")
    lines = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL).splitlines()
    code = [line for line in lines if line.strip() and not line.strip().startswith("//")]
    assert 200 < len(code) < 300
