"""The rules that every stored notebook keeps. `problems` names those that one breaks.

A rule is a function of a notebook and its file's stem that yields what is wrong. Each
has a broken example in test_notebooks.py.
"""

import ast
import builtins
import re
from statistics import median

from execute import (
    COVER,
    METADATA,
    WIDGET_VIEW,
    code_cells,
    defects,
    hides_output,
    kept_metadata,
    machine_traces,
    output_texts,
    source_folded,
    tags,
)
from mathematics import parsed
from nbformat.v4 import writes

ENTRY_SECTIONS = [
    "title",
    "explore",
    "definition",
    "by-hand",
    "derivative",
    "big-idea",
    "exercises",
    "recap",
    "go-deeper",
    "floating-point",
    "in-practice",
    "more-exercises",
    "facts",
]
START_SECTIONS = ["title", "tour", "map", "primer", "glossary", "onward"]
# A notebook across has sections of its own, too.
ACROSS_SECTIONS = ["title", "exercises", "recap", "go-deeper", "facts"]

# Of a notebook across: these go on with what the sections before them have made.
CONTINUED = {"guide", "exercises", "recap", "go-deeper"}

# The cells before the live figure of an entry.
OPENING = {"title", "goals", "setup", "recall"}

TAGS = {"solution", "setup", "show-code"}
# A deck is one row, so no subslides.
SLIDE_TYPES = {None, "slide", "fragment", "notes", "skip"}
MAX_LINES, MAX_MEDIAN = 15, 5
MIN_ALT = 40
MAX_BYTES = 400_000
# The words that ask for a prediction. The last one says how it is checked.
PREDICTION = re.compile(
    r"\b(?:predict|guess)(?: first)?, then (\w+)"
    r"|\bbefore you (run|move|touch|drag|pull)",
    re.IGNORECASE,
)
NO_ALT = "No description has been provided for this image"  # nbconvert, for a lack


def sections(name):
    """The keys of the sections of a notebook, in order."""
    if name.startswith("00-"):
        return START_SECTIONS
    return ACROSS_SECTIONS if is_across(name) else ENTRY_SECTIONS


def is_across(name):
    return name.startswith("9")


def opens_section(cell, name):
    """Whether a cell opens a section: by its id or, across, by its heading."""
    if cell.id in sections(name):
        return True
    return is_across(name) and any(level == 2 for level, _ in headings(cell))


def markdown_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def outputs(notebook):
    return [(cell, output) for cell in code_cells(notebook) for output in cell.outputs]


def headings(cell):
    """The (level, text) of each heading of a markdown cell."""
    prose = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.DOTALL | re.MULTILINE)
    return [
        (len(marks), text)
        for marks, text in re.findall(r"^(#{1,6}) (.*)$", prose, re.M)
    ]


def tree(cell):
    """The cell's syntax tree, empty if it is not Python: another rule sees to it."""
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.parse("")


# Sections and cells


def section_order(notebook, name):
    """The sections are there, in order; the cell that opens one has its key as id."""
    expected = sections(name)
    found = [cell.id for cell in markdown_cells(notebook) if cell.id in expected]
    if found != expected:
        yield f"the sections are {found}, not {expected}"


def first_figure(notebook, name):
    """An entry opens with its live figure: no other figure, no lesson comes before."""
    ids = [cell.id for cell in notebook.cells]
    if "explore" not in sections(name) or "explore" not in ids:
        return
    if others := [id for id in ids[: ids.index("explore")] if id not in OPENING]:
        yield f"before the live figure come {others}"
    figures = [
        (cell, parsed(output.data["text/html"]).select(".actlib-live"))
        for cell, output in outputs(notebook)
        if "<figure" in output.get("data", {}).get("text/html", "")
    ]
    if not figures:
        yield "there is no figure"
    elif not figures[0][1]:
        yield f"cell {figures[0][0].id} has the first figure, and it is not live"


def section_headings(notebook, name):
    """Sections open with a heading of level 1 (title) or 2; no other cell has these."""
    for cell in markdown_cells(notebook):
        levels = [level for level, _ in headings(cell) if level <= 2]
        opens = opens_section(cell, name)
        expected = ([1] if cell.id == "title" else [2]) if opens else []
        if levels != expected or (
            expected and not cell.source.startswith("#" * expected[0] + " ")
        ):
            yield f"cell {cell.id} has headings of levels {levels}, not {expected}"


def heading_levels(notebook, name):
    """No heading is more than one level below the one before."""
    before = 0
    for cell in markdown_cells(notebook):
        for level, text in headings(cell):
            if level > before + 1:
                yield f"cell {cell.id}: {text!r} has level {level} after level {before}"
            before = level


def cell_ids(notebook, name):
    """Ids are readable, unique kebab-case, not the eight hex digits of Jupyter."""
    seen = set()
    for cell in notebook.cells:
        readable = (
            re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cell.id) and len(cell.id) >= 3
        )
        if not readable or re.fullmatch(r"[0-9a-f]{8}", cell.id) or cell.id in seen:
            yield f"cell id {cell.id!r} is not readable or not unique"
        seen.add(cell.id)


def counts(notebook, name):
    """Every code cell was executed, from top to bottom, once."""
    found = [cell.execution_count for cell in code_cells(notebook)]
    if found != list(range(1, len(found) + 1)):
        yield f"the execution counts are {found}"
    for cell, output in outputs(notebook):
        if output.get("execution_count", cell.execution_count) != cell.execution_count:
            yield f"cell {cell.id}: the output has another execution count"


def cell_metadata(notebook, name):
    """Tags and metadata come from closed lists: a misspelt one would have no effect."""
    for cell in notebook.cells:
        if unknown := set(tags(cell)) - TAGS:
            yield f"cell {cell.id} has the tags {sorted(unknown)}"
        if cell.metadata != kept_metadata(cell.metadata):
            yield f"cell {cell.id} has more metadata than tools/execute.py keeps"


def slide_types(notebook, name):
    """Slide types come from a closed list. A cell that opens a slide has minutes."""
    for cell in notebook.cells:
        slideshow = cell.metadata.get("slideshow", {})
        kind, minutes = slideshow.get("slide_type"), slideshow.get("minutes")
        if kind not in SLIDE_TYPES:
            yield f"cell {cell.id} has the slide type {kind!r}"
        if kind == "slide" and not (isinstance(minutes, int) and minutes > 0):
            yield f"cell {cell.id} opens a slide, but its minutes are {minutes!r}"
        if kind != "slide" and minutes is not None:
            yield f"cell {cell.id} has minutes, but opens no slide"
        if kind == "slide" and not (
            cell.cell_type == "markdown" and cell.source.startswith("#")
        ):
            yield f"cell {cell.id} opens a slide, but not with a heading"


def speakers_words(notebook, name):
    """Each slide has words of its own to say, and a question to ask; no other cell."""
    seen = set()
    for cell in notebook.cells:
        slideshow = cell.metadata.get("slideshow", {})
        opens = slideshow.get("slide_type") == "slide"
        for key in ("say", "ask"):
            words = slideshow.get(key, "")
            if opens != bool(words.strip()):
                yield f"cell {cell.id} opens {'a' if opens else 'no'} slide: {key!r}?"
            elif words and words in seen:
                yield f"cell {cell.id} repeats another slide's {key!r}"
            elif key == "ask" and words and "?" not in words:
                yield f"cell {cell.id} asks no question: {words!r}"
            seen.add(words)


def notebook_metadata(notebook, name):
    """The kernel is python3, without a version; there is no widget state, no more."""
    if notebook.metadata != METADATA or (
        notebook.nbformat,
        notebook.nbformat_minor,
    ) != (4, 5):
        yield "the notebook's metadata or format is not what tools/execute.py writes"


def setup_cell(notebook, name):
    """The first code cell, and no other, is tagged setup; it imports."""
    tagged = [cell for cell in notebook.cells if "setup" in tags(cell)]
    if tagged != code_cells(notebook)[:1]:
        yield f"the cells tagged setup are {[cell.id for cell in tagged]}"
    for cell in tagged:
        if not any(
            isinstance(node, ast.Import | ast.ImportFrom) for node in tree(cell).body
        ):
            yield f"cell {cell.id} imports nothing"


def solutions(notebook, name):
    """A solution is a folded code cell whose last statement is an assert."""
    for cell in notebook.cells:
        named = cell.id.startswith("solution-") or "cellView" in cell.metadata
        if named or "solution" in tags(cell):
            body = tree(cell).body if cell.cell_type == "code" else []
            if not (body and isinstance(body[-1], ast.Assert)):
                yield f"cell {cell.id} does not end in an assert"
            if not source_folded(cell):
                yield f"cell {cell.id} is not folded, in JupyterLab and in Colab"
            if "solution" not in tags(cell):
                yield f"cell {cell.id} is not tagged solution"


def exercises(notebook, name):
    """Exercises are numbered from 1; each has a folded hint, and then its solution."""
    ids = [cell.id for cell in notebook.cells]
    numbers = [
        int(id.removeprefix("exercise-"))
        for id in ids
        if re.fullmatch(r"exercise-\d+", id)
    ]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the exercises are numbered {numbers}"
    for number in numbers:
        start, solution = ids.index(f"exercise-{number}"), f"solution-{number}"
        if solution not in ids[start:]:
            yield f"exercise-{number} is not followed by {solution}"
        elif not any(
            "<details>" in c.source for c in notebook.cells[start : ids.index(solution)]
        ):
            yield f"exercise-{number} has no <details> hint before {solution}"


# Predictions


def asked(cell):
    """How the reader checks what a cell asks to predict: "run", or else "move", ..."""
    # An exercise has a rule of its own: its answer is put in before the cell is run.
    if cell.cell_type != "markdown" or cell.id.startswith("exercise-"):
        return set()
    return {
        found[found.lastindex].lower() for found in PREDICTION.finditer(cell.source)
    }


def predictions(notebook, name):
    """An answer is out of sight until it is asked for; what is hidden is asked for.

    "Predict, then run": the next output is stored hidden, and covered.
    "Predict, then move the slider": the answer is folded, in this cell or the next one.
    """
    ids = [cell.id for cell in notebook.cells]
    start = ids.index("setup") if "setup" in ids else 0  # before it, nothing is asked
    question = None
    for number, cell in enumerate(notebook.cells[start:], start):
        verbs = asked(cell)
        if "run" in verbs:
            if question:
                yield f"cell {question.id} has no output to predict"
            question = cell
        if verbs - {"run"}:
            beside = notebook.cells[number : number + 2]
            if not any("<details>" in c.source for c in beside):
                yield f"cell {cell.id} has no <details> with its answer"
        hidden = cell.cell_type == "code" and hides_output(cell)
        if not hidden and not cell.get("outputs"):
            continue
        covered = len(cell.outputs) > 1 and cell.outputs[0] == COVER
        if hidden and not covered:
            yield f"cell {cell.id} hides no output, or JupyterLab tells its start"
        elif question and not hidden:
            yield f"cell {cell.id} shows what cell {question.id} asks for"
        elif hidden and not question:
            yield f"cell {cell.id} hides an output that no cell asks for"
        question = None
    if question:
        yield f"cell {question.id} has no output to predict"


# Code


def plain_python(notebook, name):
    """Code is Python that any front end runs: no ! or %, no exception for nbval."""
    for cell in code_cells(notebook):
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"cell {cell.id} is not plain Python: {error}"
        if found := re.search(
            r"#\s*(NBVAL|PYTEST_VALIDATE)_\w+|get_ipython", cell.source
        ):
            yield f"cell {cell.id} has {found.group()}"


def bound_names(cell):
    """The names that a cell's code binds, anywhere in it."""
    for node in ast.walk(tree(cell)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def sections_alone(notebook, name):
    """A section needs the setup cell, no other section: readers go straight to it."""
    continued = CONTINUED if is_across(name) else set()
    start = {
        *dir(builtins),
        *(n for c in code_cells(notebook)[:1] for n in bound_names(c)),
    }
    known = start
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if opens_section(cell, name) and cell.id not in continued:
                known = start
        else:
            known = known.union(bound_names(cell))
            used = {n.id for n in ast.walk(tree(cell)) if isinstance(n, ast.Name)}
            if missing := used - known:
                what = f"uses {sorted(missing)}, which its section does not define"
                yield f"cell {cell.id} {what}"


def clean_sources(notebook, name):
    """No absolute path, in code or prose."""
    for cell in notebook.cells:
        yield from (
            f"cell {cell.id} has {trace}" for trace in machine_traces(cell.source)
        )


def cell_length(notebook, name):
    """No code cell has more lines than fit a slide."""
    for cell in code_cells(notebook):
        if (lines := len(cell.source.splitlines())) > MAX_LINES:
            yield f"cell {cell.id} has {lines} lines; at most {MAX_LINES} are allowed"


def median_length(notebook, name):
    """Most code cells are short."""
    found = median(len(cell.source.splitlines()) for cell in code_cells(notebook))
    if found > MAX_MEDIAN:
        allowed = f"at most {MAX_MEDIAN} are allowed"
        yield f"the median code cell has {found} lines; {allowed}"


def network(notebook, name):
    """Nothing is fetched: not by code, not by a remote picture, script or style."""
    for cell in code_cells(notebook):
        if found := re.search(
            r"(https?|ftp)://|\b(urllib|requests|socket|pip)\b", cell.source
        ):
            yield f"cell {cell.id} reaches for the network: {found.group()}"
    shown = [(cell, cell.source) for cell in markdown_cells(notebook)]
    shown += [
        (cell, text)
        for cell, output in outputs(notebook)
        for text in output_texts(output)
    ]
    for cell, text in shown:
        remote = (
            r"""(?:src|<link[^>]*href)\s*=\s*["']?\s*(?:https?:)?//|url\(["']?https?:"""
        )
        if found := re.search(remote + r"|@import|!\[[^\]]*\]\(https?:", text):
            yield f"cell {cell.id} shows something remote: {found.group()}"


# Outputs


def size(notebook, name):
    """The file is small enough to load and to review."""
    found = len(writes(notebook).encode())
    if found > MAX_BYTES:
        yield f"the notebook has {found} bytes; at most {MAX_BYTES} are allowed"


def clean_outputs(notebook, name):
    """No error, nothing on stderr, no absolute path, no memory address was stored."""
    for cell in code_cells(notebook):
        yield from (f"cell {cell.id}: {defect}" for defect in defects(cell.outputs))


def no_widget_views(notebook, name):
    """No stored output asks for a widget that a fresh kernel does not have."""
    for cell, output in outputs(notebook):
        if WIDGET_VIEW in output.get("data", {}):
            yield f"cell {cell.id} stores a widget view"


def image_outputs(notebook, name):
    """Pictures are HTML figures: readers never get the alt text of an image output."""
    for cell, output in outputs(notebook):
        if found := [
            mime for mime in output.get("data", {}) if mime.startswith("image/")
        ]:
            yield f"cell {cell.id} has an output {', '.join(found)}"


def alt_text(notebook, name):
    """Every picture is described."""
    for cell in markdown_cells(notebook):
        for alt in re.findall(r"!\[([^\]]*)\]\(", cell.source):
            if len(alt) < MIN_ALT:
                yield f"cell {cell.id} describes a picture by {alt!r} only"
    html = [(cell, cell.source) for cell in markdown_cells(notebook)]
    html += [
        (cell, output.data["text/html"])
        for cell, output in outputs(notebook)
        if "text/html" in output.get("data", {})
    ]
    for cell, text in html:
        page = parsed(text)
        images = page.select("img")
        if len(page.select("figure")) > len(images):
            yield f"cell {cell.id} has a figure without an <img>"
        for image in images:
            alt = image.get("alt", "")
            if len(alt) < MIN_ALT or NO_ALT in alt:
                yield f"cell {cell.id} describes a picture by {alt!r} only"


def plain_numbers(notebook, name):
    """Numbers are formatted: NumPy's np.float64(...) differs between versions."""
    for cell, output in outputs(notebook):
        for text in output_texts(output):
            if found := re.search(r"\bnp\.(float|int|bool|True|False)\w*", text):
                yield f"cell {cell.id} shows {found.group()}"


RULES = (
    section_order,
    first_figure,
    section_headings,
    heading_levels,
    cell_ids,
    counts,
    cell_metadata,
    slide_types,
    speakers_words,
    notebook_metadata,
    setup_cell,
    solutions,
    exercises,
    predictions,
    plain_python,
    sections_alone,
    clean_sources,
    cell_length,
    median_length,
    network,
    size,
    clean_outputs,
    no_widget_views,
    image_outputs,
    alt_text,
    plain_numbers,
)


def problems(notebook, name):
    """What is wrong with a notebook, each line opened by the name of its rule."""
    return [
        f"{rule.__name__}: {what}" for rule in RULES for what in rule(notebook, name)
    ]
