"""Build the website: pages to read, JupyterLab in the browser, and the slides.

python tools/website.py                     to _build/site
python tools/website.py --pyodide folder    serve Python from there, not its own address

The site is static: any web host serves it, as does
python -m http.server -d _build/site
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from execute import NOTEBOOKS, ROOT, NotebookError, executed
from mathematics import FormulaError
from nbformat.v4 import new_code_cell
from pages import read
from readme import binder, summaries
from slides import SHARED, slide_type

TOOLS = Path(__file__).parent
TARGET = ROOT / "_build" / "site"
PYODIDE = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/pyodide.js"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# What actlib needs and Pyodide 0.27 has not, or too old: wheels without compiled code.
WHEELS = [
    *("anywidget", "comm", "ipywidgets", "jupyterlab-widgets"),
    *("mpmath", "psygnal", "sympy", "typing-extensions"),
]
# Where no package is installed before the first cell.
INSTALL = new_code_cell(
    "# Python is loading into this tab: about a minute, and 70 MB the first time.\n"
    "# Until it is there, cells that you run show [*] and wait.\n"
    "%pip install -q actlib",
    id="install",
)
LAB = '<script src="../../lite.js" data-python="{}"></script>\n</head>'
FONT = re.compile(r"url\((fonts/[^)]+)\)")


def run(what, *command, folder=ROOT):
    """Run Python in a folder; NotebookError says what failed and how."""
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        raise NotebookError(
            f"{what} failed:\n{(done.stderr or done.stdout)[-2000:].strip()}"
        )


# JupyterLab in the browser


def collect_wheels(folder):
    """Put actlib and what Pyodide lacks into a folder, in the versions used here."""
    # A copy: what is left of an earlier build must not get in.
    with TemporaryDirectory() as source:
        shutil.copytree(ROOT / "actlib", Path(source) / "actlib")
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, source)
        wheel = ["wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source]
        run("pip wheel", "-m", "pip", *wheel)
    for_any_python = "--only-binary=:all: --implementation=py --abi=none --platform=any"
    pins = [f"{name}=={version(name)}" for name in WHEELS]
    options = ["--quiet", "--no-deps", "--dest", folder, *for_any_python.split()]
    run("pip download", "-m", "pip", "download", *options, *pins)


def lite(site, cards, pyodide):
    """Build JupyterLite with the notebooks, actlib and the widgets."""
    with TemporaryDirectory() as folder:
        source = Path(folder)
        (source / "files").mkdir()
        for card in cards:
            notebook = card["notebook"].copy()
            # With another name than the kernel's, the reader is asked to choose one.
            notebook.metadata = {
                "kernelspec": {"name": "python", "display_name": "Python"}
            }
            notebook.cells = [INSTALL, *notebook.cells]
            nbformat.write(notebook, source / "files" / f"{card['stem']}.ipynb")
        collect_wheels(source / "pypi")
        settings = {} if pyodide else {KERNEL: {"pyodideUrl": PYODIDE}}
        configuration = {
            "appName": "Activation functions",
            "litePluginSettings": settings,
        }
        (source / "jupyter-lite.json").write_text(
            json.dumps(
                {"jupyter-lite-schema-version": 0, "jupyter-config-data": configuration}
            )
        )
        if pyodide:
            shutil.copytree(pyodide, source / "static" / "pyodide")
        folders = ["--lite-dir", source, "--output-dir", site / "lite"]
        options = ["--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages"]
        run(
            "jupyterlite",
            "-m",
            "jupyterlite_core",
            "build",
            *folders,
            *options,
            folder=source,
        )
    address = "lite/static/pyodide/pyodide.js" if pyodide else PYODIDE
    tell_without_python(site / "lite" / "lab" / "index.html", address)


def tell_without_python(lab, address):
    """Let JupyterLite's page tell its reader if Python cannot be had at its address."""
    html = lab.read_text(encoding="utf-8")
    html = html.replace("</head>", LAB.format(address), 1)
    lab.write_text(html, encoding="utf-8", newline="\n")


# The site


def slides(site, cards):
    """Build the decks, and put them beside the pages."""
    stems = [card["stem"] for card in cards if card["slides"]]
    run("slides", TOOLS / "slides.py", "--home", "../index.html", *stems)
    shutil.copytree(ROOT / "_build" / "slides", site / "slides")


def replace(target, new):
    """Put a new folder in the place of another one, if there is one."""
    old = target.with_name(target.name + ".old")
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def check_fonts():
    """NotebookError names a font that the pages ask for and that is not there."""
    for name in FONT.findall((SHARED / "type.css").read_text(encoding="utf-8")):
        if not (SHARED / name).is_file():
            raise NotebookError(f"{SHARED / name} is missing: python tools/fonts.py")


def cards_of(folder):
    """What the site tells of each notebook, whose cells have all run."""
    cards = []
    for path, title, _, idea, family in summaries(folder):
        try:
            notebook = executed(path)
        except NotebookError as error:
            raise NotebookError(f"{path.name}: {error}") from None
        has_slides = any(slide_type(cell) == "slide" for cell in notebook.cells)
        question = notebook.cells[0].source.partition("\n")[0].removeprefix("# ")
        card = {"stem": path.stem, "title": title, "question": question, "idea": idea}
        card |= {"notebook": notebook, "family": family}
        cards.append(card | {"binder": binder(path.stem), "slides": has_slides})
    return cards


def build(target, pyodide=None):
    """Build all of the site; on a NotebookError or ValueError what was there stays."""
    for tool in ("jupyterlite-core", "jupyterlite-pyodide-kernel", *WHEELS):
        try:
            version(tool)
        except PackageNotFoundError:
            install = "python -m pip install -r tests/requirements.txt"
            raise NotebookError(f"{tool} is not installed: {install}") from None
    if pyodide and not (pyodide / "pyodide.js").is_file():
        raise NotebookError(
            f"--pyodide must be a folder with pyodide.js, not {pyodide}"
        )
    check_fonts()
    cards = cards_of(NOTEBOOKS)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        site = Path(folder) / "site"
        site.mkdir()
        for step, *arguments in [(read,), (slides,), (lite, pyodide)]:
            start = time.perf_counter()
            step(site, cards, *arguments)
            print(
                f"{step.__name__:<8} {time.perf_counter() - start:5.1f} s", flush=True
            )
        replace(target, site)


def main(arguments=None):
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pyodide", type=Path, metavar="folder")
    try:
        build(TARGET, parser.parse_args(arguments).pyodide)
    except (NotebookError, FormulaError, ValueError) as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    print(TARGET / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
