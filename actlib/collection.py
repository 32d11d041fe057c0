"""The collection: finding an entry, and the links between the notebooks."""

from difflib import get_close_matches
from html import escape

from sympy import latex

from .activation import Entry, require_activation
from .catalogue import CATALOGUE
from .display import Shown, table

START = "00-start-here"


def get(name):
    """Return the activation of that name or alias.

    Raises TypeError unless `name` is a string, ValueError that suggests the nearest names.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string such as 'logistic', not {name!r}")
    known = {known: a for a in CATALOGUE.values() for known in (a.name, *a.aliases)}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=3) or sorted(known)
    raise ValueError(f"unknown name {name!r}; did you mean {' or '.join(map(repr, near))}?")


def gallery():
    """Return the map of the collection: a row for each entry, with a link to its notebook."""
    rows = [
        (_link(a.notebook, a.title), a.family, f"${latex(a.expr)}$", escape(a.idea))
        for a in CATALOGUE.values()
    ]
    text = "\n".join(f"{a.notebook}: {a.title}. {a.idea}" for a in CATALOGUE.values())
    return Shown(table(("notebook", "family", "f(x)", "the idea"), rows), text)


def recall(activation):
    """Return what the notebook of `activation` builds on: the primer, and earlier functions."""
    require_activation(activation, Entry)
    primer = (
        _link(START, "Start here"),
        "a neuron, the chain rule, a gradient step, a mean under N(0, 1)",
    )
    earlier = [CATALOGUE[name] for name in activation.builds_on]
    lines = [primer, *((_link(a.notebook, a.title), f"${latex(a.expr)}$") for a in earlier)]
    html = "".join(f"<li>{link}: {what}</li>" for link, what in lines)
    text = ", ".join(["Start here", *(a.title for a in earlier)])
    return Shown(f"<p>This notebook builds on:</p><ul>{html}</ul>", f"Builds on: {text}")


def onward(activation):
    """Return links to the notebooks before and after that of `activation`, and to the map."""
    require_activation(activation, Entry)
    entries = list(CATALOGUE.values())
    if activation not in entries:
        raise ValueError(f"activation must be an entry of the catalogue, not {activation}")
    place = entries.index(activation)
    around = {"Before": entries[:place][-1:], "Next": entries[place + 1 :][:1]}
    links = [f"{way}: {_link(a.notebook, a.title)}" for way, found in around.items() for a in found]
    html = " · ".join([*links, f"Map: {_link(START, 'Start here')}"])
    return Shown(f"<p>{html}</p>", "Links to the neighbouring notebooks and to the map")


def references(activation):
    """Return the sources of `activation` as a list, with links where there is a DOI or arXiv id."""
    require_activation(activation, Entry)
    texts = [
        f"{r.authors} ({r.year}). {r.title}. {r.venue}".rstrip(". ") + "."
        for r in activation.references
    ]
    links = [
        f' <a href="{r.url}">{r.identifier}</a>' if r.url else "" for r in activation.references
    ]
    items = "".join(f"<li>{escape(t)}{link}</li>" for t, link in zip(texts, links, strict=True))
    return Shown(f"<ul>{items}</ul>", "\n".join(texts))


def frameworks(activation):
    """Return what `activation` is called in PyTorch, Keras, JAX and ONNX, as a table."""
    require_activation(activation, Entry)
    names = activation.frameworks.items()
    rows = [(escape(framework), f"<code>{escape(name)}</code>") for framework, name in names]
    return Shown(table(("framework", "name"), rows), "\n".join(map(": ".join, names)))


def _link(stem, text):
    return f'<a href="{stem}.ipynb">{escape(text)}</a>'
