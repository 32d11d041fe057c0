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

# f and its derivatives have the look of their curves; type.css has these classes.
CURVES = {"": "f", "′": "slope", "″": "curvature"}
WORD = re.compile(r"(?<![\w'’.])f(['′]|''|″)?(\([^()\s]{1,6}\))?(?![\w'’]|\.\w)")
PLAIN = VERBATIM | {"a", "math", "title", "option"}


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
    for prime in math.select("msup > mrow:last-child > mi:first-child"):
        if prime.text in PRIMES:  # of f'^2 only the 2 is a power
            name = prime.parent.find_previous_sibling()
            name.wrap(math.new_tag("msup")).append(prime.extract())
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
    for root in math.select("msqrt"):  # over low letters √ would hang below the line
        root.append(parsed('<mspace height="0.75em"></mspace>'))
    for sign in math.select("mo"):
        before = sign.find_previous_sibling()
        leads = before is None or (before.name == "mo" and before.text not in CLOSING)
        if sign.text in ("/", *BARS):
            sign["lspace"] = sign["rspace"] = "0"
        elif sign.text in ("-", "−") and leads:
            sign["form"] = "prefix"
        elif sign.get("fence") and not sign.parent.find(TALL):
            sign["stretchy"] = "false"  # or it gets wide margins with its size
    mark_formula(math)
    return str(math)


def mark_formula(math):
    """Give f, f′ and f″ in a formula, with their argument, the look of their curves."""
    for name in math.find_all("mi", string="f"):
        if name.find_parent("mrow", class_=True):
            continue  # of f(f(x)) the outer has a line below it all
        prime = name.find_next_sibling()
        if prime and prime.text in PRIMES:
            whole, look = name.parent, CURVES.get(prime.text)
        else:
            indexed = name.parent.name in SCRIPTED and not name.find_previous_sibling()
            whole, look = name.parent if indexed else name, CURVES[""]
        if look:
            parts = [whole, *argument_after(whole)]
            curve = math.new_tag("mrow", attrs={"class": look})
            whole.insert_before(curve)
            curve.extend(parts)


def argument_after(name):
    """The elements of (x), where it follows a function's name."""
    found, opened = [], 0
    for part in name.find_next_siblings():
        found.append(part)
        opened += part.text.count("(") - part.text.count(")")
        if opened < 1:
            break
    return found if found and found[0].text.startswith("(") and not opened else []


def mark_words(page):
    """Give f, f′ and f″ in a text the look of their curves."""
    for text in page.find_all(string=WORD):
        if PLAIN.isdisjoint(parent.name for parent in text.parents):
            html = WORD.sub(marked_word, escape(text, quote=False))
            text.replace_with(parsed(html))


def marked_word(found):
    prime = (found[1] or "").replace("''", "″").replace("'", "′")
    return f'<span class="{CURVES[prime]}">f{prime}{found[2] or ""}</span>'


def render_mathematics(page):
    """Put MathML in the place of every $formula$ of a page; mark f and f′."""
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
    mark_words(page)
