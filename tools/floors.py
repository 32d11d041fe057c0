"""Test actlib with the lowest versions that pyproject.toml allows, in an environment of its own.

python tools/floors.py
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from venv import EnvBuilder

ROOT = Path(__file__).resolve().parents[1]
# The tests of actlib itself; the others test files and tools, with the pinned versions.
MODULES = "activation blocks catalogue collection exercises explorer facts figures import softmax"
TOOLS = ("hypothesis", "nbval", "pytest", "pytest-xdist")
# pyparsing 3.3 deprecates what matplotlib 3.8 calls, and a warning is an error in the tests.
CONTEMPORARIES = ("pyparsing<3.3",)


def requirements():
    """The floors as exact versions, and what the tests need at its pinned version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = "\n".join(
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("requirements.txt", "tests/requirements.txt")
    ).splitlines()
    return [
        *(floor.replace(">=", "==") for floor in project["dependencies"]),
        *(pin for pin in pins if pin.partition("==")[0] in TOOLS),
        *CONTEMPORARIES,
    ]


def main():
    """The command; returns its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        EnvBuilder(with_pip=True).create(folder)
        python = Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
        install = [python, "-m", "pip", "install", "--quiet", *requirements(), ROOT]
        subprocess.run(install, check=True)
        modules = [f"tests/test_{module}.py" for module in MODULES.split()]
        command = [python, "-m", "pytest", "-p", "no:cacheprovider", *modules]
        return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
