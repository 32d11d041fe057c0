"""Lecture slides: what becomes of a notebook's cells, and what cannot be shown."""

import hashlib
import re

import mathematics
import nbformat
import pytest
import slides
from execute import NOTEBOOKS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def as_slide(cell, slide_type=None, minutes=None, spoken=(), **metadata):
    """Mark a cell for the deck."""
    found = {"slide_type": slide_type, "minutes": minutes, **dict(spoken)}
    cell.metadata.update(slideshow={k: v for k, v in found.items() if v}, **metadata)
    return cell


def code(id, source, *outputs):
    return new_code_cell(source, id=id, execution_count=1, outputs=list(outputs))


def shown(**data):
    data = {key.replace("__", "/"): value for key, value in data.items()}
    return new_output("display_data", data)


IMAGE = '<img alt="A curve & its slope" src="data:,"/>'
SOURCE = "a = 1\n\n\nshown_source()"
FIGURE = f'<figure class="actlib-figure">{IMAGE}</figure>'


def small_notebook():
    """A notebook with something of everything: two slides, three and four minutes."""
    markdown = new_markdown_cell
    answer = "<details><summary>Answer</summary>$a < b$, and so on.</details>"
    title = "# One & two\n\nA question."
    spoken = {"say": "Here $a < b$ & f'.", "ask": "Why?"}
    link = (
        "[Start](00-start-here.ipynb#map) or [a paper](https://doi.org/10.1000/1), "
        "[one](#One-&-two), [none](#Nowhere)"
    )
    return new_notebook(
        cells=[
            as_slide(markdown(title, id="title"), "slide", 3, spoken),
            as_slide(code("setup", "import secrets"), "skip"),
            code(
                "hidden",
                "hidden_source()",
                shown(text__latex=r"$\displaystyle \frac{1}{2}$"),
            ),
            as_slide(code("shown", SOURCE), "fragment", tags=["show-code"]),
            as_slide(markdown("For the *speaker*.", id="note"), "notes"),
            as_slide(markdown("## Two\n\n" + link, id="two"), "slide", 4),
            code("figure", "plot()", shown(text__html=FIGURE)),
            as_slide(markdown("Between fragments.", id="note-2"), "notes"),
            markdown(answer, id="answer"),
            as_slide(markdown("Never seen", id="deeper"), "skip"),
        ]
    )


@pytest.fixture
def collection(tmp_path, monkeypatch):
    """A folder with one notebook, `10-small`, and a place for its deck."""
    monkeypatch.setattr(slides, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(slides, "TARGET", tmp_path / "slides")
    nbformat.write(small_notebook(), tmp_path / "10-small.ipynb")
    return tmp_path


def store(folder, change):
    notebook = small_notebook()
    change(notebook)
    nbformat.write(notebook, folder / "10-small.ipynb")


# A deck


@pytest.fixture
def page(collection):
    assert slides.main(["10-small"]) == 0
    text = (collection / "slides" / "10-small" / "index.html").read_text(
        encoding="utf-8"
    )
    return mathematics.parsed(text)


def test_a_deck_has_a_title_a_language_and_a_slide_for_each_opening_cell(page):
    assert page.html["lang"] == "en"
    assert page.title.text.startswith("One & two")
    assert [section["id"] for section in page.select("section > section")] == [
        "title",
        "two",
    ]
    assert [h.text for h in page.select("h1, h2")] == ["One & two", "Two"]
    assert [h["id"] for h in page.select("h1, h2")] == ["One-&-two", "Two"]


def test_code_is_hidden_unless_it_is_tagged_and_its_output_is_shown(page):
    text = page.select_one(".slides").text
    assert "a = 1\n\nshown_source" in text  # an empty line is enough
    assert not re.search("hidden_source|plot|secrets|Never seen|In\xa0", text)
    assert page.select_one("#title mfrac") and page.select_one(
        "#title .fragment .highlight"
    )
    assert page.select_one("#two img")["alt"] == "A curve & its slope"


def test_notes_are_gathered_and_keep_the_clock(page):
    notes = [
        [
            re.sub(r"\s+", " ", note.text).strip()
            for note in section.select("aside.notes")
        ]
        for section in page.select("section > section")
    ]
    assert notes == [
        [
            "3 minutes; after this slide: 3 of 7.Say: Here a<b & f′.Ask: Why? "
            "For the speaker."
        ],
        ["4 minutes; after this slide: 7 of 7. Between fragments."],
    ]
    assert not page.select(".fragment aside")


def test_a_folded_answer_is_a_fragment(page):
    assert not page.select("details, summary")
    (answer,) = page.select("#two div.fragment.answer")
    assert answer.text == "Answer: a<b, and so on." and answer.math


@pytest.mark.parametrize(
    ("kind", "tags", "revealed"),
    [
        (None, [], ["output"]),
        ("fragment", [], ["output"]),
        (None, ["show-code"], ["output"]),
        ("fragment", ["show-code"], ["code and output", "output"]),
    ],
)
def test_a_key_of_its_own_reveals_what_was_to_be_predicted(
    collection, kind, tags, revealed
):
    cells = [
        as_slide(new_markdown_cell("# One\n\nPredict, then run."), "slide", 1),
        as_slide(code("answer", "source()", shown(text__plain="42")), kind),
    ]
    cells[1].metadata.update(tags=tags, jupyter={"outputs_hidden": True})
    nbformat.write(new_notebook(cells=cells), collection / "10-small.ipynb")
    assert slides.main([]) == 0
    deck = collection / "slides" / "10-small" / "index.html"
    page = mathematics.parsed(deck.read_text(encoding="utf-8"))
    assert ("source" in page.select_one(".slides").text) == ("show-code" in tags)
    found = [
        "code and output" if "source" in step.text else "output"
        for step in page.select(".fragment")
        if "42" in step.text
    ]
    assert found == revealed and len(page.select(".fragment")) == len(found)


def test_no_key_reveals_nothing(collection):
    answer = "<details><summary>Answer</summary>42</details>"
    cells = [
        as_slide(new_markdown_cell("# One"), "slide", 1),
        as_slide(new_markdown_cell(answer), "fragment"),
        as_slide(new_markdown_cell("A question.\n\n" + answer), "fragment"),
        as_slide(new_markdown_cell(answer + "\n\nAnd so?\n\n" + answer), "fragment"),
    ]
    nbformat.write(new_notebook(cells=cells), collection / "10-small.ipynb")
    assert slides.main([]) == 0
    deck = collection / "slides" / "10-small" / "index.html"
    page = mathematics.parsed(deck.read_text(encoding="utf-8"))
    steps = [" ".join(step.text.split()) for step in page.select(".fragment")]
    told_last = ["Answer: 42", "And so?", "Answer: 42"]
    assert steps == ["Answer: 42", "A question. Answer: 42", "Answer: 42", *told_last]


def test_an_answer_in_the_notes_is_no_step(collection):
    answer = "<details><summary>Answer</summary>42</details>"
    cells = [
        as_slide(new_markdown_cell("# One"), "slide", 1),
        as_slide(new_markdown_cell(answer), "notes"),
    ]
    nbformat.write(new_notebook(cells=cells), collection / "10-small.ipynb")
    assert slides.main([]) == 0
    deck = collection / "slides" / "10-small" / "index.html"
    page = mathematics.parsed(deck.read_text(encoding="utf-8"))
    assert "Answer: 42" in page.select_one("aside.notes").text
    assert not page.select(".fragment")


def test_links_lead_to_decks(page):
    links = [link["href"] for link in page.select("section a")]
    elsewhere = ["../00-start-here/index.html", "https://doi.org/10.1000/1"]
    assert links == [*elsewhere, "#One-&-two"]
    assert "none" in page.select_one("#two").text


def test_all_that_a_deck_loads_is_beside_it(page, collection):
    loaded = [
        tag[key]
        for key in ("src", "href")
        for tag in page.select(f"link, [{key}]:not(a)")
        if key in tag.attrs
    ]
    files = [address for address in loaded if not address.startswith("data:")]
    assert len(files) == 4 and page.select_one("link[rel=icon]")
    for address in files:
        assert (collection / "slides" / "10-small" / address).is_file()
    for image in page.select("img"):
        image.decompose()
    assert len(str(page)) < 30_000  # no style sheet of JupyterLab


def test_the_index_shows_every_deck_there_is(page, collection):
    text = (collection / "slides" / "index.html").read_text(encoding="utf-8")
    index = mathematics.parsed(text)
    assert [link["href"] for link in index.select("li a")] == ["10-small/index.html"]
    assert index.h2.text == "One & two" and "curves" in index.img["alt"]
    assert index.html["lang"] == "en" and index.title.text
    assert index.select_one("link[rel=icon]") and not index.nav


def test_the_index_leads_back_where_it_is_part_of_a_site(collection):
    assert slides.main(["--home", "../index.html"]) == 0
    text = (collection / "slides" / "index.html").read_text(encoding="utf-8")
    assert mathematics.parsed(text).nav.a["href"] == "../index.html"


def test_a_title_slide_has_its_words_and_a_figure(page):
    title = page.select_one("section#title.title .body")
    assert title.select_one(".words > h1") and title.select_one(".shown img")


def test_a_swipe_on_a_live_figure_is_not_the_decks(collection):
    live = f'<div class="actlib-live actlib-explorer">{FIGURE}</div>'
    cells = [
        as_slide(new_markdown_cell("# One"), "slide", 1),
        code("live", "explore()", shown(text__html=live)),
    ]
    nbformat.write(new_notebook(cells=cells), collection / "10-small.ipynb")
    assert "data-prevent-swipe" in slides.deck(collection / "10-small.ipynb")


# What cannot be shown


def cell(notebook, id):
    return next(cell for cell in notebook.cells if cell.id == id)


def error(notebook):
    cell(notebook, "hidden").outputs = [
        new_output("error", ename="NameError", evalue="no x")
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda n: [c.metadata.clear() for c in n.cells],
            "no cell has the slide type 'slide'",
        ),
        (
            lambda n: cell(n, "two").metadata.slideshow.pop("minutes"),
            "cell two opens a slide, but has no slideshow.minutes",
        ),
        (
            lambda n: cell(n, "two").update(source="Two"),
            "cell two opens a slide, but has no heading",
        ),
        (error, "cell hidden: NameError: no x; run python tools/execute.py 10-small"),
        (
            lambda n: cell(n, "setup").update(execution_count=None),
            "cell setup was not executed: run python tools/execute.py 10-small",
        ),
        (
            lambda n: cell(n, "two").update(source=r"## Two $x^$"),
            "formula $x^$: ",
        ),
    ],
    ids=["no slides", "no minutes", "no heading", "error", "not executed", "formula"],
)
def test_a_notebook_that_cannot_be_shown_leaves_the_good_deck(
    collection, capsys, change, reason
):
    assert slides.main([]) == 0
    good = {
        p: p.read_bytes() for p in (collection / "slides").rglob("*") if p.is_file()
    }
    store(collection, change)
    capsys.readouterr()
    assert slides.main([]) == 1
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("10-small ") and f"FAILED: {reason}" in line
    assert {
        p: p.read_bytes() for p in (collection / "slides").rglob("*") if p.is_file()
    } == good


def test_a_file_that_is_no_notebook_is_named_and_the_others_are_built(
    collection, capsys
):
    (collection / "09-merge.ipynb").write_text("<<<<<<< HEAD")
    assert slides.main(["10-small", "09-merge"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert (
        lines[0].endswith("MB")
        and "FAILED: Notebook does not appear to be JSON" in lines[1]
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["10-smal"], "no notebook '10-smal'; there are: 10-small"),
        (["--pdf"], "no Chromium found: install Google Chrome, or"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_so(
    collection, monkeypatch, capsys, arguments, words
):
    monkeypatch.setattr(slides.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as exit:
        slides.main(arguments)
    assert exit.value.code == 2
    assert words in capsys.readouterr().err
    assert not (collection / "slides").exists()


# Mathematics


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        (
            r"\frac{1}{2}",
            "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>",
        ),
        (
            "f'(x)",
            '<mrow><mi>f</mi><mo lspace="0" rspace="0">′</mo></mrow>'
            '<mo stretchy="false">(',
        ),
        ("(-2)", '<mo form="prefix">−</mo>'),
        ("x - 2", "<mi>x</mi><mo>−</mo>"),
        (r"\ln p", '<mi>ln</mi><mspace width="0.17em"></mspace><mi>p</mi>'),
        (r"\tanh^2", "<msup><mi>tanh</mi><mn>2</mn></msup>"),
        (r"(0, \infty)", "<mi>∞</mi>"),
        ("|x|", '<mo lspace="0" rspace="0" stretchy="false">|</mo>'),
        (r"\sqrt n", '<msqrt><mi>n</mi><mspace height="0.75em"></mspace></msqrt>'),
    ],
)
def test_a_formula_is_spaced_as_tex_would(formula, part):
    assert part in mathematics.mathml(formula)


@pytest.mark.parametrize(
    ("formula", "marked"),
    [
        ("f(x) = x", [("f", "f(x)")]),
        ("f'(w x) f(x + 1)", [("slope", "f′(wx)"), ("f", "f(x+1)")]),
        ("f'^2 f^2", [("slope", "f′"), ("f", "f2")]),
        ("f''", [("curvature", "f″")]),
        ("f'''", []),
        ("f(f(x))", [("f", "f(f(x))")]),
        ("f_i(z) + f^2", [("f", "fi(z)"), ("f", "f2")]),
        (r"f{\left(x \right)}", [("f", "f(x)")]),
        (r"(1 - f)\,x", [("f", "f")]),
        (r"\sigma(x)", []),
    ],
)
def test_f_and_its_derivatives_are_marked_in_formulas(formula, marked):
    math = mathematics.parsed(mathematics.mathml(formula))
    found = [(part["class"][0], part.text) for part in math.select("[class]")]
    assert found == marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("the slope f′, or f'(x), of f.", ["slope f′", "slope f′(x)", "f f"]),
        ("f″ and f''(0), f(−3)", ["curvature f″", "curvature f″(0)", "f f(−3)"]),
        ("if, of, f.grad, f's, half", []),
        ("<code>f</code> <pre>f</pre> <a href='x'>f</a>", []),
        ("<b>f</b> $f$", ["f f", "f f"]),
    ],
)
def test_f_and_its_derivatives_are_marked_in_words(text, marked):
    page = mathematics.parsed(f"<p>{text}</p>")
    mathematics.render_mathematics(page)
    found = [f"{part['class'][0]} {part.text}" for part in page.select("[class]")]
    assert [line for line in found if not line.startswith("nowrap")] == marked


def test_dollars_in_code_are_no_formulas():
    page = mathematics.parsed(
        "<p>$x$, <code>$x$</code></p><pre>$x$</pre><p>5 $ each</p>"
    )
    mathematics.render_mathematics(page)
    assert len(page.select("math")) == 1 and page.text == "x, $x$$x$5 $ each"


# The stored notebooks, and the files of others


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_deck_is_one_lecture(path):
    opening = [
        cell.metadata.slideshow.minutes
        for cell in nbformat.read(path, as_version=4).cells
        if slides.slide_type(cell) == "slide"
    ]
    assert 12 <= len(opening) <= 20
    assert 25 <= sum(opening) <= 45


def test_files_of_others_are_as_published():
    table = (slides.SHARED.parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.*)` \|.*\| `([0-9a-f]{64})` \|$", table, re.MULTILINE)
    assert len(rows) == 3
    for name, checksum in rows:
        assert (
            hashlib.sha256((slides.SHARED / name).read_bytes()).hexdigest() == checksum
        )
