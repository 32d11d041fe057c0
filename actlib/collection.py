"""The collection: finding an entry, and what its notebook shows of the catalogue."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from html import escape

from IPython.display import HTML
from sympy import latex

from .activation import Entry, require, require_entry
from .catalogue import CATALOGUE, RELATIVES
from .display import table
from .facts import FACTS, written

START = "00-start-here"


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
    """Return the map of the collection: each entry in a row, linked to its notebook."""
    entries = CATALOGUE.values()
    rows = [(_link(a), a.family, f"${latex(a.expr)}$", escape(a.idea)) for a in entries]
    return HTML(table(("notebook", "family", "f(x)", "the idea"), rows))


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
    lines += [f"{_link(a)}: ${latex(a.expr)}$" for a in map(get, activation.builds_on)]
    return HTML(f"<p>This notebook builds on:</p>{_list(lines)}")


def onward(activation: Entry) -> HTML:
    """Return links to the notebooks before and after `activation`'s, and to the map."""
    require_entry(activation, Entry)
    entries = list(CATALOGUE.values())
    if activation not in entries:
        problem = f"an entry of the catalogue, not {activation}"
        raise ValueError(f"activation must be {problem}")
    place = entries.index(activation)
    links = [f"Before: {_link(a)}" for a in entries[:place][-1:]]
    links += [f"Next: {_link(a)}" for a in entries[place + 1 :][:1]]
    return HTML(f"<p>{' · '.join([*links, f'Map: {_link()}'])}</p>")


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


def _link(activation: Entry | None = None) -> str:
    """Return a link to the notebook of `activation`, or to the map."""
    stem, text = START, "Start here"
    if activation is not None:
        stem, text = activation.notebook, activation.title
    return f'<a href="{stem}.ipynb">{escape(text)}</a>'


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
