"""The fonts are those that their table tells, and draw all that there is to read."""

import re
from base64 import b64decode, b64encode
from hashlib import sha256

import fonts
import pages
import pytest
from execute import NOTEBOOKS, ROOT, NotebookError, executed
from fontTools.ttLib import TTFont
from mathematics import VERBATIM, parsed

import actlib
from actlib import CATALOGUE
from actlib.catalogue import FAMILIES
from actlib.live import written

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
STYLE = (fonts.FONTS.parent / "type.css").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| `(\S+)` \| `(\S+)` of (\S+) \| `([0-9a-f]{64})` \| `([0-9a-f]{64})` \|$",
    fonts.README.read_text(encoding="utf-8"),
    re.MULTILINE,
)


def drawn(path):
    """The characters that a font draws."""
    with TTFont(path) as font:
        return {chr(code) for code in font.getBestCmap()}


# The files


def test_the_table_lists_every_font_that_there_is():
    found = [*fonts.FONTS.glob("*.woff2"), *(ROOT / "actlib").glob("*.ttf")]
    assert {name for name, *_ in ROWS} == {
        path.relative_to(ROOT).as_posix() for path in found
    }
    assert {package for _, _, package, _, _ in ROWS} == set(fonts.PACKAGES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_font_is_the_one_of_the_table(row):
    content = (ROOT / row[0]).read_bytes()
    assert sha256(content).hexdigest() == row[-1]


def test_fonts_are_small_and_formulas_can_be_laid_out():
    sizes = {font.path.stem: font.path.stat().st_size for font in fonts.MADE}
    assert sizes.pop("stix-two-math") < 150_000
    assert max(sizes.values()) < 60_000
    with TTFont(fonts.FONTS / "stix-two-math.woff2") as font:
        variants = font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
        assert len(variants) > 40


def test_a_changed_font_does_not_keep_the_name_that_its_licence_keeps():
    for font in fonts.MADE:
        with TTFont(font.path) as file:
            names = [file["name"].getDebugName(number) for number in (1, 4, 6, 16)]
        assert "source" not in " ".join(filter(None, names)).lower()


def test_each_licence_lies_beside_the_fonts():
    figures = (ROOT / "actlib" / "LICENSE-actlib-sans").read_text(encoding="utf-8")
    for name in ("LICENSE-source-sans", "LICENSE-stix-two-math"):
        text = (fonts.FONTS / name).read_text(encoding="utf-8")
        assert "SIL Open Font License, Version 1.1" in text
        assert text.partition("\n")[0] in figures


def test_the_fonts_follow_from_their_originals():
    try:
        made, table = fonts.make()
    except NotebookError as error:
        pytest.skip(f"the originals cannot be had: {error}")
    assert [path for path in made if path.read_bytes() != made[path]] == []
    assert table in fonts.README.read_text(encoding="utf-8")


# What they draw

FORMULAS = drawn(fonts.FONTS / "stix-two-math.woff2")
FIGURES = drawn(ROOT / "actlib" / "actlib-sans.ttf")
ITALIC = {chr(letter): chr(at) for letter, at in fonts.italic().items()}


def signs():
    """What a text has from STIX: what is in its font and in the range that is told."""
    found = set()
    for rule in re.findall(r'"Actlib Signs"; src: (.*?) }', STYLE, re.DOTALL):
        font = drawn(fonts.FONTS / re.search(r"fonts/(\S+)\)", rule)[1])
        for range_ in re.findall(r"U\+([\w-]+)", rule):
            first, _, last = range_.partition("-")
            codes = range(int(first, 16), int(last or first, 16) + 1)
            found |= font & set(map(chr, codes))
    return found


TEXT = drawn(fonts.FONTS / "actlib-sans.woff2") | signs() | set("\n\t")


def lacking(html):
    """The characters of a parsed page that are in none of its fonts."""
    found = set()
    for text in html.find_all(string=True):
        parents = {parent.name for parent in text.parents}
        if parents & VERBATIM or type(text).__name__ != "NavigableString":
            continue
        if "math" not in parents:
            found |= set(text) - TEXT
        elif text.parent.name == "mi" and not text.parent.get("mathvariant"):
            letters = {ITALIC.get(text, text)} if len(text) == 1 else set(text)
            found |= letters - FORMULAS
        else:
            found |= set(text) - FORMULAS - set("\n")
    return found


def lacking_in_pictures(html):
    """The characters of a page's pictures that their fonts lack; $formulas$ aside."""
    found = set()
    for image in html.select("img[src*='svg+xml;base64,']"):
        svg = b64decode(image["src"].partition(",")[2]).decode()
        for text in re.findall(r"<!-- (.*?) -->", svg, re.DOTALL):
            found |= set(re.sub(r"\$.*?\$", "", text)) - FIGURES
        for text in re.findall(r"<text [^>]*>(.*?)</text>", svg):
            found |= set(text) - TEXT
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_character_of_a_notebook_has_its_font(path):
    page = pages.body(executed(path))
    assert page.select("math") and page.select("p")
    assert lacking(page) == set()
    assert lacking_in_pictures(page) == set()


def test_every_character_around_the_notebooks_has_its_font():
    templates = pages.TEMPLATES.parent.rglob("*.j2")
    texts = [path.read_text(encoding="utf-8") for path in templates]
    texts += [actlib.routes().data, *FAMILIES.values()]
    for entry in CATALOGUE.values():
        texts += [entry.title, entry.idea]
        for parameter in entry.parameters.values():
            texts += [parameter.meaning, written(parameter.name)]
    assert set("".join(texts)) - TEXT == set()


@pytest.mark.parametrize(
    ("html", "missing"),
    [
        ("<p>eᵝ</p>", "ᵝ"),
        ("<p>日</p><pre>日</pre>", "日"),
        ("<p>α′ ≤ ℝ, x² − 1 → ½</p>", ""),
        ("<math><mi>α</mi><mo>≤</mo><mi>h</mi></math>", ""),
        ("<math><mi>日</mi></math>", "日"),
        ("<math><mo>✗</mo></math>", "✗"),
    ],
)
def test_a_character_without_a_font_is_found(html, missing):
    assert lacking(parsed(html)) == set(missing)


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("<!-- x ≤ α, $\\nabla$ -->", ""),
        ("<!-- 日 -->", "日"),
        ('<text x="1">ᵢ</text>', "ᵢ"),
    ],
)
def test_a_picture_s_character_without_a_font_is_found(part, missing):
    code = b64encode(f"<svg>{part}</svg>".encode()).decode()
    page = parsed(f'<img src="data:image/svg+xml;base64,{code}">')
    assert lacking_in_pictures(page) == set(missing)
