"""Layouts of slides: which one for what a slide holds, and where its parts go."""

import base64

import layouts
import pytest
from mathematics import parsed

FIGURE = '<figure class="actlib-figure"><img alt="A curve" src="data:,"/></figure>'
WIDE = base64.b64encode(b'<?xml?><svg id="a" width="576pt" height="200pt">').decode()
WIDE_FIGURE = FIGURE.replace("data:,", f"data:image/svg+xml;base64,{WIDE}")
LIVE = '<div class="actlib-live actlib-{}">' + FIGURE + "<script>1</script></div>"
FORMULA = '<div data-mime-type="text/latex"><b class="nowrap"><math>{}</math></b></div>'
ANSWER = '<div class="fragment answer">42</div>'


@pytest.mark.parametrize(
    ("body", "layout"),
    [
        (FIGURE, "figure"),
        (FIGURE + "<p>See.</p>", "beside"),
        (WIDE_FIGURE + "<p>See.</p>", "figure"),
        (LIVE.format("explorer"), "figure"),
        (LIVE.format("explorer") + "<p>See.</p>", "beside"),
        (LIVE.format("neuron") + "<p>See.</p>", "figure"),
        (FORMULA, "statement"),
        (FORMULA + "<p>See.</p>", "text"),
        ("<p>See.</p>", "statement"),
        ("<p>See.</p>" * 100, "text"),
        ("<p>See.</p>" + ANSWER, "text"),
        ("<p>See.</p><ol><li>Too.</li></ol>", "text"),
        ("<p>See.</p><pre>x</pre>", "text"),
        ("<pre>x</pre>", "text"),
    ],
)
def test_a_layout_follows_from_what_a_slide_holds(body, layout):
    assert layouts.layout(parsed(f"<div>{body}</div>").div) == layout


def arranged(body):
    """The slide of a heading and a body, arranged."""
    page = parsed(f"<section><h2>One</h2>{body}</section>")
    layouts.arrange(page, page.section, parsed(FIGURE).figure)
    return page.section


def test_a_figure_and_its_words_stand_side_by_side_in_the_order_of_the_notebook():
    step = '<div class="fragment">{}</div>'
    slide = arranged(step.format(FIGURE) + step.format("<p>See.</p>") + "<p>Now.</p>")
    assert [part.name for part in slide.find_all(recursive=False)] == ["h2", "div"]
    assert slide["class"] == "beside"
    assert slide.select_one(".shown > .fragment")["data-fragment-index"] == "0"
    assert slide.select_one(".words > .fragment")["data-fragment-index"] == "1"
    assert slide.select_one(".words").text == "See.Now."


def test_answers_beside_a_figure_take_turns_in_one_place():
    slide = arranged(LIVE.format("explorer") + "<p>See.</p>" + 2 * ANSWER)
    turns = slide.select(".words > .answers > .fragment.current-visible")
    assert [turn["data-fragment-index"] for turn in turns] == ["0", "1"]
    assert not arranged(FIGURE + ANSWER).select(".answers, .current-visible")


@pytest.mark.parametrize(
    ("lines", "letters"),
    [
        ("<pre>abc\nabcde\n</pre>", 5),
        ("<pre></pre>", 1),
        (FORMULA.format("<mi>x</mi><mo>=</mo><mi>y</mi>"), 3),
        (FORMULA.format("<mi>y</mi><mtable><mtr>ab</mtr><mtr>c</mtr></mtable>"), 3),
    ],
)
def test_code_and_formulas_say_how_wide_they_are(lines, letters):
    (line,) = arranged(lines).select("pre, .nowrap")
    assert line["style"] == f"--letters: {letters}"


def test_all_code_of_a_slide_has_one_size_and_no_output_is_larger():
    code = '<div class="highlight"><pre>{}</pre></div>'
    slide = arranged(code.format("abc") + code.format("abcde") + "<pre>ab</pre>")
    styles = [lines["style"] for lines in slide.select("pre")]
    assert styles == ["--letters: 5"] * 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("10-logistic", "Logistic function: f and its derivative f′"),
        ("40-softmax", "Softmax of 0, 1 and 2 as bars: 0.09, 0.245, 0.665."),
        ("90-compare", "The curves of the collection in one figure: identity,"),
    ],
)
def test_a_title_shows_the_function_of_its_notebook_or_all(name, words):
    (image,) = parsed(layouts.portrait_of(name)).select("figure img")
    assert image["alt"].startswith(words)
    assert 300 < layouts.width_of(image["src"]) < 330
