"""What a live figure of networks stores, and what its JavaScript answers by itself."""

import json
from base64 import b64decode

from bs4 import BeautifulSoup
from node import run_javascript

from actlib import javascript
from actlib.live import script


def html(widget):
    return widget._repr_mimebundle_()[0]["text/html"]


def picture(widget):
    """The SVG that stands where no script runs, and what it says."""
    image = BeautifulSoup(html(widget), "html.parser").select_one("img")
    return b64decode(image["src"].partition(",")[2]).decode(), image["alt"]


def answer_of(modules, body, functions=(), **given):
    """What a body of JavaScript answers; `f` are the functions at their defaults."""
    code = [
        javascript.elementwise(f.formula, [p.symbol for p in f.parameters.values()])
        for f in functions
    ]
    defaults = [[p.default for p in f.parameters.values()] for f in functions]
    made = javascript.literal(code)
    return run_javascript(f"""{"".join(map(script, modules))}
        const blocks = {javascript.literal(javascript.blocks_of(made))};
        const f = {made}.map((make, i) => make(...{json.dumps(defaults)}[i]));
        const given = {json.dumps(given)};
        {{ {body} }}""")
