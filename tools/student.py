"""Copy notebooks for students: solutions are left out, hints and answers stay.

python tools/student.py                  all notebooks, to _build/student
python tools/student.py 10-logistic      only the named ones
python tools/student.py --to handout     to another folder
"""

import sys
from pathlib import Path

import nbformat
from execute import (
    NOTEBOOKS,
    ROOT,
    attempt,
    chosen,
    command,
    execute,
    normalise,
    read,
    tags,
)


def without_solutions(notebook):
    """Remove the solutions from a notebook; returns how many there were."""
    before = len(notebook.cells)
    notebook.cells = [c for c in notebook.cells if "solution" not in tags(c)]
    return before - len(notebook.cells)


def student_copy(path, target):
    """Write the copy of one notebook; a word on what was done.

    The copy is executed anew: no output stems from a solution, no later cell lacks one.
    """
    notebook = read(path)
    count = without_solutions(notebook)
    execute(notebook, path.parent)
    normalise(notebook)
    target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return f"solutions left out: {count}"


def main(arguments=None):
    """The command; returns its exit code."""
    parser = command(__doc__)
    parser.add_argument(
        "--to", type=Path, default=ROOT / "_build" / "student", metavar="folder"
    )
    options = parser.parse_args(arguments)
    paths = chosen(parser, NOTEBOOKS, options.names)
    if options.to.resolve() == NOTEBOOKS:
        parser.error("--to must not be the folder of the notebooks themselves")
    try:
        options.to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"--to must be a folder to write to: {error}")
    targets = [(path, options.to / path.name) for path in paths]
    done = [
        attempt(str(target), student_copy, path, target) for path, target in targets
    ]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
