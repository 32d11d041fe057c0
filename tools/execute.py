"""Execute and normalise the notebooks; refresh what is made from the catalogue.

python tools/execute.py                all notebooks, in place
python tools/execute.py 10-logistic    only the named ones
python tools/execute.py --check        write nothing; fail if a stored file would change
"""

import argparse
import json
import re
import sys
import time
from copy import deepcopy
from functools import partial
from itertools import zip_longest
from pathlib import Path

import moving
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.reader import NotJSONError
from nbformat.v4 import new_output
from readme import render

import actlib
from actlib.figures import svg

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
README = ROOT / "README.md"
OVERVIEW = NOTEBOOKS / "overview.svg"
SLIDER = NOTEBOOKS / "slider.svg"

CELL_TIMEOUT = 60
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    # What a kernel reports, without its version, which changes with each patch.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
CELL_METADATA = {  # and the tags, and Colab's "cellView"
    "jupyter": ["source_hidden", "outputs_hidden"],
    "slideshow": ["slide_type", "minutes", "say", "ask"],
}
# JupyterLab tells the first line of what is hidden. This one, in front, has none, and
# nbval, which compares the texts, does not see it.
COVER = new_output("display_data")
MACHINE_TRACES = {
    "an absolute path": re.compile(
        r"(?<![\w.])/(?:home|Users|root|tmp|private|var|usr|opt|mnt)/\S*"
        r"|\b[A-Z]:\\{1,2}(?:Users|Windows|Program)\S*"
        r"|\S*\bsite-packages\b\S*"
    ),
    "a memory address": re.compile(r"\bat 0x[0-9a-fA-F]+"),
}


class NotebookError(Exception):
    """Why a notebook cannot be stored, in words for its author."""


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def hides_output(cell):
    """Whether the reader is to predict what a cell shows: folded until it is run."""
    return bool(cell.metadata.get("jupyter", {}).get("outputs_hidden"))


def output_texts(output):
    """The texts of one output that a person can read: no payload of pictures."""
    texts = (
        [output.text]
        if output.output_type == "stream"
        else output.get("data", {}).values()
    )
    return [
        re.sub(r"base64,[\w+/=\s]+", "base64,", text)
        for text in texts
        if isinstance(text, str)
    ]


def machine_traces(text):
    """What in a text belongs to the machine it was made on."""
    return [
        f"{what}: {found.group()}"
        for what, pattern in MACHINE_TRACES.items()
        if (found := pattern.search(text))
    ]


def defects(outputs):
    """What must not be stored among a cell's fresh outputs."""
    for output in outputs:
        if output.output_type == "error":
            yield re.sub(r"\x1b\[[\d;]*m", "", f"{output.ename}: {output.evalue}")
        elif output.output_type == "stream" and output.name == "stderr":
            yield f"wrote to stderr: {output.text.strip()}"
        else:
            for text in output_texts(output):
                yield from (f"shows {trace}" for trace in machine_traces(text))


def execute(notebook, folder):
    """Run every cell in a fresh kernel; NotebookError names one that misbehaves."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        allow_errors=True,  # `defects` reports them, and what goes wrong more quietly
        coalesce_streams=True,
        # Or each kernel warns that it speaks TCP.
        extra_arguments=["--log-level=ERROR"],
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            try:
                client.execute_cell(cell, index)
            except CellTimeoutError:
                raise NotebookError(
                    f"cell {cell.id}: ran longer than {CELL_TIMEOUT} s"
                ) from None
            except DeadKernelError:
                raise NotebookError(f"cell {cell.id}: the kernel died") from None
            # A callback that raises inside an Output widget (`interact` has one) leaves
            # its error in the widget's state, and nothing in the cell.
            hidden = [
                o
                for state in client.widget_state.values()
                for o in state.get("outputs", [])
            ]
            if defect := next(defects([*cell.outputs, *hidden]), None):
                raise NotebookError(f"cell {cell.id}: {defect}")


def kept_metadata(metadata):
    """What is worth storing of a cell's metadata."""
    kept = {
        key: {
            name: metadata[key][name]
            for name in names
            if metadata.get(key, {}).get(name)
        }
        for key, names in CELL_METADATA.items()
    }
    for key in ("tags", "cellView"):
        kept[key] = metadata.get(key)
    return {key: value for key, value in kept.items() if value}


def fold_source(cell):
    """Fold a cell's code: in JupyterLab and in Colab."""
    cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
    cell.metadata["cellView"] = "form"


def source_folded(cell):
    """Whether a cell's code is folded wherever it can be."""
    jupyter = cell.metadata.get("jupyter", {})
    return jupyter.get("source_hidden") and cell.metadata.get("cellView") == "form"


def read(path):
    """A stored notebook; NotebookError if the file is none."""
    try:
        return nbformat.read(path, as_version=4)
    except NotJSONError as error:
        raise NotebookError(str(error).splitlines()[0]) from None


def executed(path):
    """A stored notebook that can be shown: every cell has run, none shows an error."""
    notebook = read(path)
    again = f"run python tools/execute.py {path.stem}"
    for cell in code_cells(notebook):
        if cell.execution_count is None:
            raise NotebookError(f"cell {cell.id} was not executed: {again}")
        if defect := next(defects(cell.outputs), None):
            raise NotebookError(f"cell {cell.id}: {defect}; {again}")
    return notebook


def normalise(notebook):
    """Drop what differs from run to run or between machines.

    Fold the solutions, and cover what is hidden.
    """
    notebook.nbformat_minor = 5
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(kept_metadata(cell.metadata))
        if "solution" in tags(cell):
            fold_source(cell)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
        if hides_output(cell) and cell.outputs and cell.outputs[0] != COVER:
            cell.outputs.insert(0, deepcopy(COVER))


def uncovered(notebook):
    """A copy without covers, for nbconvert, which would warn of them."""
    copy = deepcopy(notebook)
    for cell in code_cells(copy):
        cell.outputs = [output for output in cell.outputs if output != COVER]
    return copy


def rendered(path):
    """The text to store for a notebook: executed and normalised."""
    notebook = read(path)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise NotebookError(str(error).splitlines()[0]) from None
    execute(notebook, path.parent)
    normalise(notebook)
    return nbformat.writes(notebook) + "\n"


def readme():
    """README's text with its generated parts made anew."""
    try:
        return render(README.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotebookError(str(error)) from None


def overview():
    """SVG text of a small picture of every entry."""
    return svg(actlib.overview()) + "\n"


def first_difference(stored, fresh):
    """Where two texts of one notebook differ, in words."""
    try:
        stored_cells, fresh_cells = (
            json.loads(text)["cells"] for text in (stored, fresh)
        )
    except (ValueError, KeyError):
        return "it differs"
    for old, new in zip_longest(stored_cells, fresh_cells, fillvalue={}):
        if old != new:
            return f"cell {(new or old).get('id')} differs"
    return "its metadata or layout differs"


def update(path, job, check):
    """Store the text that a job gives, or only compare it; a word on what was done."""
    fresh = job()
    stored = path.read_bytes().decode() if path.exists() else ""
    if stored == fresh:
        return "unchanged"
    if check:
        raise NotebookError(
            f"{first_difference(stored, fresh)}; run python tools/execute.py"
        )
    path.write_text(fresh, encoding="utf-8", newline="\n")
    return "written"


def chosen(parser, folder, names):
    """The paths of the folder's notebooks of these names, of all if there are none."""
    known = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    names = [Path(name).stem for name in names] or list(known)
    for name in names:
        if name not in known:
            parser.error(f"no notebook {name!r}; there are: {', '.join(known)}")
    return [known[name] for name in names]


def command(description):
    """The parser of a command that takes notebooks' names."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", help="such as 10-logistic; all, if none is named"
    )
    return parser


def attempt(label, job, *arguments):
    """Do one job and report it; whether it went well."""
    start, well = time.perf_counter(), True
    try:
        outcome = job(*arguments)
    except NotebookError as error:
        outcome, well = f"FAILED: {error}", False
    print(f"{label:<28} {time.perf_counter() - start:5.1f} s  {outcome}", flush=True)
    return well


def main(arguments=None):
    """The command; returns its exit code."""
    parser = command(__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing, fail on a difference"
    )
    options = parser.parse_args(arguments)
    jobs = [
        (path, partial(rendered, path))
        for path in chosen(parser, NOTEBOOKS, options.names)
    ]
    jobs += [(README, readme), (OVERVIEW, overview), (SLIDER, moving.picture)]
    done = [attempt(path.name, update, path, job, options.check) for path, job in jobs]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
