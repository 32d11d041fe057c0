"""The collection: finding an entry, and what its notebook shows of the catalogue."""

from difflib import get_close_matches
from html import escape

from IPython.display import HTML
from sympy import latex

from .activation import Entry, require, require_activation
from .catalogue import CATALOGUE
from .display import table

START = "00-start-here"


def get(name):
    """Return the activation of that name or alias.

    Raises TypeError unless `name` is a string, ValueError that suggests the nearest names.
    """
    require("name", name, str, "a string such as 'logistic'")
    known = {known: a for a in CATALOGUE.values() for known in (a.name, *a.aliases)}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=3) or sorted(known)
    raise ValueError(f"unknown name {name!r}; did you mean {' or '.join(map(repr, near))}?")


def gallery():
    """Return the map of the collection: a row for each entry, with a link to its notebook."""
    entries = CATALOGUE.values()
    rows = [(_link(a), a.family, f"${latex(a.expr)}$", escape(a.idea)) for a in entries]
    return HTML(table(("notebook", "family", "f(x)", "the idea"), rows))


def recall(activation):
    """Return what the notebook of `activation` builds on: the primer, and earlier functions."""
    require_activation(activation, Entry)
    lines = [f"{_link()}: a neuron, the chain rule, a gradient step, a mean under N(0, 1)"]
    lines += [f"{_link(a)}: ${latex(a.expr)}$" for a in map(get, activation.builds_on)]
    return HTML(f"<p>This notebook builds on:</p>{_list(lines)}")


def onward(activation):
    """Return links to the notebooks before and after that of `activation`, and to the map."""
    require_activation(activation, Entry)
    entries = list(CATALOGUE.values())
    if activation not in entries:
        raise ValueError(f"activation must be an entry of the catalogue, not {activation}")
    place = entries.index(activation)
    links = [f"Before: {_link(a)}" for a in entries[:place][-1:]]
    links += [f"Next: {_link(a)}" for a in entries[place + 1 :][:1]]
    return HTML(f"<p>{' · '.join([*links, f'Map: {_link()}'])}</p>")


def references(activation):
    """Return the sources of `activation` as a list, with links where there is a DOI."""
    require_activation(activation, Entry)
    link = '{} <a href="https://doi.org/{doi}">{doi}</a>'
    texts = [(escape(str(r)), r.doi) for r in activation.references]
    return HTML(_list(link.format(text, doi=doi) if doi else text for text, doi in texts))


def frameworks(activation):
    """Return what `activation` is called in PyTorch, Keras, JAX and ONNX, as a table."""
    require_activation(activation, Entry)
    names = activation.frameworks.items()
    rows = [(escape(framework), f"<code>{escape(name)}</code>") for framework, name in names]
    return HTML(table(("framework", "name"), rows))


def _link(activation=None):
    """Return a link to the notebook of `activation`, or to the map."""
    stem, text = (activation.notebook, activation.title) if activation else (START, "Start here")
    return f'<a href="{stem}.ipynb">{escape(text)}</a>'


def _list(items):
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
