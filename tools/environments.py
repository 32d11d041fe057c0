"""Test what others install: a clone of what is committed, in a new virtual environment.

python tools/environments.py floors    actlib with the lowest versions it allows
python tools/environments.py binder    what repo2docker makes of a clone, and a notebook
python tools/environments.py wheel     actlib as a wheel, and a notebook elsewhere
python tools/environments.py           all of them
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from venv import EnvBuilder

ROOT = Path(__file__).resolve().parents[1]
REPO2DOCKER = "jupyter-repo2docker==2026.4.0"
NOTEBOOK = "notebooks/10-logistic.ipynb"
SANITIZE = "tests/nbval_sanitize.cfg"
# The tests of actlib itself; those of tools and notebooks go with the pinned versions.
MODULES = (
    "activation blocks catalogue collection exercises explorer facts figures import "
    "mistakes neuron odd_formulas overlay questions softmax"
)
# pyparsing 3.3 deprecates what matplotlib 3.8 calls; in tests a warning is an error.
CONTEMPORARY = "pyparsing<3.3"


class Environment:
    """A new virtual environment in a folder."""

    def __init__(self, folder):
        EnvBuilder(with_pip=True).create(folder)
        self.programs = Path(folder, "Scripts" if sys.platform == "win32" else "bin")

    def run(self, *command, cwd=ROOT, **options):
        return subprocess.run(
            [self.programs / command[0], *command[1:]], cwd=cwd, **options
        )

    def install(self, *what, cwd=ROOT):
        self.run(
            "python", "-m", "pip", "install", "--quiet", *what, cwd=cwd, check=True
        )

    def run_notebook(self, folder):
        """Run a notebook there, and compare all its outputs with the stored ones."""
        options = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
        command = [
            "pytest",
            "-c",
            "none.ini",
            "--rootdir=.",
            "-p",
            "no:cacheprovider",
            *options,
        ]
        Path(folder, "none.ini").write_text("[pytest]\n")
        sanitize = f"--nbval-sanitize-with={SANITIZE}"
        return self.run(
            "python", "-m", *command, sanitize, NOTEBOOK, cwd=folder
        ).returncode


def pins():
    """The pinned requirements of learners and tests, by name."""
    lines = "".join(
        (ROOT / path).read_text(encoding="utf-8")
        for path in ("requirements.txt", "tests/requirements.txt")
    ).splitlines()
    return {line.partition("==")[0]: line for line in lines if "==" in line}


def floors(folder, clone):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    lowest = [floor.replace(">=", "==") for floor in project["dependencies"]]
    names = ["beautifulsoup4", "hypothesis", "nbval", "pytest", "pytest-xdist"]
    tools = [pins()[name] for name in names]
    environment = Environment(folder / "venv")
    environment.install(*lowest, *tools, CONTEMPORARY, clone)
    modules = [f"tests/test_{module}.py" for module in MODULES.split()]
    return environment.run("python", "-m", "pytest", *modules, cwd=clone).returncode


def binder(folder, clone):
    builder = Environment(folder / "builder")
    builder.install(REPO2DOCKER)
    shown = builder.run(
        *("jupyter-repo2docker", "--no-build", "--debug", clone),
        capture_output=True,
        text=True,
    )
    dockerfile = shown.stdout + shown.stderr
    steps = re.findall(
        r"^RUN \$\{KERNEL_PYTHON_PREFIX\}/bin/pip install (.*)$", dockerfile, re.M
    )
    if shown.returncode or len(steps) != 1:
        print(
            f"FAILED: repo2docker finds these install steps: {steps}\n"
            + dockerfile[-2000:]
        )
        return 1
    environment = Environment(folder / "venv")
    environment.install(*steps[0].replace('"', "").split(), cwd=clone)
    size = sum(
        path.stat().st_size for path in (folder / "venv").rglob("*") if path.is_file()
    )
    print(
        f"{steps[0]}: {size / 1e6:.0f} MB on top of the image's own JupyterLab",
        flush=True,
    )
    return environment.run_notebook(clone)


def wheel(folder, clone):
    environment = Environment(folder / "venv")
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(pins().values()))
    environment.run(
        *(
            "python",
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            folder,
            clone,
        ),
        check=True,
    )
    environment.install("-c", constraints, "nbval", *folder.glob("*.whl"))
    for path in (NOTEBOOK, SANITIZE):
        (folder / path).parent.mkdir()
        shutil.copy(ROOT / path, folder / path)
    return environment.run_notebook(folder)


def main():
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    checks = {check.__name__: check for check in (floors, binder, wheel)}
    parser.add_argument("names", nargs="*", choices=[[], *checks])
    failures = 0
    for name in parser.parse_args().names or checks:
        print(f"== {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            # Not ROOT: it may hold an earlier build's files.
            clone = Path(folder) / "clone"
            subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
            failures += bool(checks[name](Path(folder), clone))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
