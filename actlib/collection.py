"""The collection: finding an entry, and what a notebook shows of the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from html import escape

import numpy as np
from IPython.display import HTML
from matplotlib.figure import Figure
from sympy import latex

from .activation import Activation, Entry, require, require_entry
from .catalogue import ACROSS, CATALOGUE, FAMILIES, RELATIVES, ROUTES
from .display import grouped_table, table
from .facts import FACTS, written
from .figures import as_text, draw, subplots

START = "00-start-here"
# Columns of the overview: as few as fill its rows best.
COLUMNS = range(4, 7)
PANEL = (1.45, 1.2)  # inches


def get(name: str) -> Entry:
    """Return the activation of that name or alias; "leaky_relu" is "leaky ReLU".

    Raises TypeError unless `name` is a string, and ValueError if there is none of that
    name, with the nearest names, or with its formula if it is a relative.
    """
    require("name", name, str, "a string such as 'logistic'")
    names = {known: a for a in CATALOGUE.values() for known in (a.name, *a.aliases)}
    for known, entry in names.items():
        if _plain(known) == _plain(name):
            return entry
    for relative, formula in RELATIVES.items():
        if _plain(relative) == _plain(name):
            own = f'actlib.Activation("{relative}", {formula})'
            raise ValueError(f"{name!r} has no entry; write it as your own: {own}")
    near = get_close_matches(name, [*names, *RELATIVES], n=3) or sorted(names)
    meant = " or ".join(map(repr, near))
    raise ValueError(f"unknown name {name!r}; did you mean {meant}?")


def _plain(name: str) -> str:
    return name.lower().replace("_", " ").replace("-", " ")


def gallery() -> HTML:
    """Return the map of the collection: each entry in a row, linked to its notebook.

    Rows are grouped by family; a family's heading says what it brings.
    """
    families = defaultdict(list)
    for a in CATALOGUE.values():
        row = (_link(a.name), f"${latex(a.expr)}$", escape(a.idea))
        families[_heading(a.family)].append(row)
    return HTML(grouped_table(("notebook", "f(x)", "the idea"), families))


def _heading(family: str) -> str:
    brings = escape(FAMILIES.get(family, ""))
    name = escape(family.capitalize())
    return f'{name}. <span style="font-weight: normal">{brings}</span>'


def overview() -> Figure:
    """Return a Figure of all entries in small, with its alternative text as label.

    :func:`show` shows it.
    """
    entries = list(CATALOGUE.values())
    columns = min(COLUMNS, key=lambda columns: -len(entries) % columns)
    rows = -(-len(entries) // columns)
    figure, panels = subplots(rows, columns, squeeze=False)
    figure.set_size_inches(PANEL[0] * columns, PANEL[1] * rows)
    for axes, entry in zip(panels.flat, entries, strict=False):
        draw(axes, entry)
        axes.set_title(entry.name)
        axes.grid(axis="x", visible=False)
        if isinstance(entry, Activation):
            axes.set(xlim=(-4, 4), ylim=(-2, 3), xticks=[-3, 0, 3], yticks=[0, 1])
            axes.label_outer(remove_inner_ticks=True)
        else:  # its labels would push the columns apart
            axes.set_yticks([])
    for axes in panels.flat[len(entries) :]:
        axes.remove()
    curves = [entry for entry in entries if isinstance(entry, Activation)]
    courses = map(_course, curves)
    others = ", ".join(entry.name for entry in entries if entry not in curves)
    figure.set_label(
        f"Curves and their slopes, for x from −4 to 4: {', '.join(courses)}. "
        f"Bars: {others}."
    )
    return figure


def _course(function: Activation) -> str:
    """Return in words from where to where a curve goes, and whether it goes beyond."""
    y = function(np.linspace(-4, 4, 161))
    low, high = sorted(y[[0, -1]])
    words = f"{function.name} from {as_text(y[0])} to {as_text(y[-1])}"
    if function.inputs:
        others = ", ".join(p.name for p in function.inputs)
        words += f" (thin: other values of {others})"
    if max(low - y.min(), y.max() - high) < 0.1 * np.ptp(y):
        return words
    return f"{words} by way of {as_text(y.min())} and {as_text(y.max())}"


def routes() -> HTML:
    """Return ways through the collection: lists of notebooks, a reason with each."""
    ways = []
    for title, steps in ROUTES.items():
        lines = []
        for names, why in steps.items():
            links = " and ".join(map(_link, names.split()))
            lines.append(f"{links} – {escape(why)}")
        heading = f"<p><b>{escape(title)}</b></p>"
        ways.append(f"<div>{heading}{_list(lines, 'ol')}</div>")
    return HTML("\n".join(ways))


def compare(functions: Sequence[Entry], /, *facts: str) -> HTML:
    """Return a table of facts: a row for each function, a column for each fact.

    `facts` are names such as "range" or "gain"; without any, all are shown. Sort or
    filter the functions in Python: ``compare(sorted(functions, key=...), "gain")``.

    Raises TypeError for what is not a list of functions, ValueError for a fact that
    there is none of.
    """
    require("functions", functions, list | tuple, "a list such as [actlib.relu]")
    for function in functions:
        require_entry(function, Entry)
    for name in facts:
        require("facts", name, str, "names such as 'range'")
        if name not in FACTS:
            raise ValueError(f"facts must be of {', '.join(FACTS)}; not {name!r}")
    cards = [(function, function.facts()) for function in functions]
    names = facts or [name for name in FACTS if any(name in c for _, c in cards)]
    rows = [
        (
            escape(function.name + function.held({})),
            *(written(card[name], 4) if name in card else "–" for name in names),
        )
        for function, card in cards
    ]
    return HTML(table(["", *(FACTS[name][0] for name in names)], rows))


def recall(activation: Entry) -> HTML:
    """Return what the notebook builds on: the primer, and earlier functions."""
    require_entry(activation, Entry)
    primer = "a neuron, the chain rule, a gradient step, a mean under N(0, 1)"
    lines = [f"{_link()}: {primer}"]
    for a in map(get, activation.builds_on):
        lines.append(f"{_link(a.name)}: ${latex(a.expr)}$")
    return HTML(f"<p>This notebook builds on:</p>{_list(lines)}")


def onward(activation: Entry) -> HTML:
    """Return links to the notebooks before and after `activation`'s, and to the map.

    After the last function come the notebooks about all of them.
    """
    require_entry(activation, Entry)
    if activation not in CATALOGUE.values():
        problem = f"an entry of the catalogue, not {activation}"
        raise ValueError(f"activation must be {problem}")
    names = [*CATALOGUE, *(name for name in ACROSS if name != START)]
    place = names.index(activation.name)
    links = [f"Before: {_link(name)}" for name in names[:place][-1:]]
    links += [f"Next: {_link(names[place + 1])}", f"Map: {_link()}"]
    return HTML(f"<p>{' · '.join(links)}</p>")


def references(activation: Entry) -> HTML:
    """Return the sources of `activation` as a list, with links to follow."""
    require_entry(activation, Entry)
    lines = []
    for reference in activation.references:
        line = escape(str(reference))
        if address := reference.address:
            shown = reference.doi or address.removeprefix("https://")
            line += f' <a href="{escape(address)}">{escape(shown)}</a>'
        lines.append(line)
    return HTML(_list(lines))


def frameworks(activation: Entry) -> HTML:
    """Return a table of the names of `activation` in PyTorch, Keras, JAX and ONNX."""
    require_entry(activation, Entry)
    rows = [
        (escape(framework), f"<code>{escape(name)}</code>")
        for framework, name in activation.frameworks.items()
    ]
    return HTML(table(("framework", "name"), rows))


def _link(name: str = START) -> str:
    """Return a link to an entry's notebook, or to another of that file name."""
    if name in CATALOGUE:
        stem, text = CATALOGUE[name].notebook, CATALOGUE[name].title
    else:
        stem, text = name, ACROSS[name]
    return f'<a href="{stem}.ipynb">{escape(text)}</a>'


def _list(items: Iterable[str], kind: str = "ul") -> str:
    return f"<{kind}>{''.join(f'<li>{item}</li>' for item in items)}</{kind}>"
