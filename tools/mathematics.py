"""Formulas of an HTML page, from LaTeX to MathML: browsers draw and read it aloud."""

import re
from html import escape

from bs4 import BeautifulSoup
from latex2mathml.converter import convert

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
VERBATIM = {"pre", "code", "script", "style"}

# latex2mathml writes some names, and ∞, as operators.
NAME = re.compile(r"^([a-z]{2,}|∞)$", re.IGNORECASE)
OPERANDS, SCRIPTED = {"mi", "mn", "msub", "msup", "mfrac"}, {"msub", "msup", "msubsup"}
PRIMES = ("′", "″", "‴")
BARS = ("|", "∣")
CLOSING = (")", "]", *BARS, *PRIMES)
TALL = ["mfrac", "mtable", "msqrt", "munderover"]


class FormulaError(Exception):
    """A formula that is not the LaTeX that latex2mathml knows."""


def parsed(html):
    return BeautifulSoup(html, "html.parser")


def mathml(formula, display="inline"):
    """The MathML of a LaTeX formula, spaced as TeX would."""
    try:
        math = parsed(convert(formula, display=display))
    except Exception as error:  # its exceptions have no class in common
        raise FormulaError(
            f"formula ${formula}$: {type(error).__name__} {error}".strip()
        ) from error
    for prime in math.select("msup > mi:last-child"):
        if prime.text in PRIMES:  # the font has raised it already
            prime.name, prime.parent.name = "mo", "mrow"
            prime["lspace"] = prime["rspace"] = "0"
    for name in math.find_all(["mi", "mo"], string=NAME):
        name.name = "mi"
        if name.parent.name not in SCRIPTED:
            before, after = name.find_previous_sibling(), name.find_next_sibling()
            for beside, insert in (
                (before, name.insert_before),
                (after, name.insert_after),
            ):
                if beside and beside.name in OPERANDS:  # sin x, but sin(x)
                    insert(parsed('<mspace width="0.17em"></mspace>'))
    for sign in math.select("mo"):
        before = sign.find_previous_sibling()
        leads = before is None or (before.name == "mo" and before.text not in CLOSING)
        if sign.text in ("/", *BARS):
            sign["lspace"] = sign["rspace"] = "0"
        elif sign.text in ("-", "−") and leads:
            sign["form"] = "prefix"
        elif sign.get("fence") and not sign.parent.find(TALL):
            sign["stretchy"] = "false"  # or it gets wide margins with its size
    return str(math)


def render_mathematics(page):
    """Put MathML in the place of every $formula$ of a parsed page."""
    for text in page.find_all(string=FORMULA):
        if VERBATIM.isdisjoint(parent.name for parent in text.parents):
            prose, *rest = FORMULA.split(text)
            html = escape(prose)
            for block, inline, prose in zip(
                rest[::3], rest[1::3], rest[2::3], strict=True
            ):
                formula = mathml(block or inline, "block" if block else "inline")
                after = re.match(
                    r"[.,;:?!)]*", prose
                ).group()  # never alone on the next line
                html += f'<span class="nowrap">{formula}{after}</span>'
                html += escape(prose.removeprefix(after))
            text.replace_with(parsed(html))
