"""The live neuron: its values, its pictures, what they say, and wrong input."""

import json
import re
from base64 import b64decode

import pytest
from bs4 import BeautifulSoup
from sympy import Symbol, exp, log, symbols

from actlib import Activation, Parameter, binary_step, elu, logistic, neuron, relu, tanh

x = symbols("x")
FOUR = [binary_step, logistic, tanh, relu]
SCALED = Activation("Scaled", Symbol("k") * x, [Parameter("k", 3, 0, 4, 0.5)])
HOSTILE = Activation("</script><script>alert(1)</script> <b> $x^$ \"'", x + 1)


def page_of(widget):
    html = widget._repr_mimebundle_()[0]["text/html"]
    return BeautifulSoup(html, "html.parser")


def alts(widget):
    return [image["alt"] for image in page_of(widget).select("img")]


def pictures(widget):
    """The two SVGs that stand where no script runs."""
    sources = [image["src"] for image in page_of(widget).select("img")]
    return [b64decode(source.partition(",")[2]).decode() for source in sources]


def written(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


# Values


def test_each_input_is_a_trait_that_can_be_watched():
    widget, seen = neuron(FOUR, w1=-1, function="tanh"), []
    assert (widget.w1, widget.b, widget.function) == (-1, 0.3, "tanh")
    widget.observe(lambda change: seen.append(change.new), ["b", "function"])
    widget.b = 1
    widget.function = "relu"
    assert seen == [1.0, "relu"] and isinstance(widget.b, float)
    assert {"x1", "x2", "w1", "w2", "b", "function"} <= set(widget.keys)
    assert repr(widget).endswith("w1 = -1, w2 = -0.5, b = 1, function = relu")


def test_neurons_have_values_of_their_own():
    one, other = neuron(FOUR), neuron([relu])
    one.w1 = 2
    assert (other.w1, one.function, other.function) == (0.8, "binary_step", "relu")


@pytest.mark.parametrize(
    ("functions", "initial", "error", "message"),
    [
        (FOUR, {"w1": 3}, ValueError, r"w1 must be a number in \[-2, 2\], not 3"),
        (FOUR, {"x1": float("nan")}, ValueError, "x1 must"),
        (FOUR, {"b": "1"}, TypeError, "b must be a real number"),
        (FOUR, {"w3": 1}, ValueError, "unknown parameter 'w3'; allowed: x1, x2, w1"),
        (
            [relu, tanh],
            {"function": "elu"},
            ValueError,
            "one of 'relu', 'tanh', not 'e",
        ),
        (FOUR, {"function": 1}, ValueError, "function must be one of"),
        (FOUR, {"function": relu}, ValueError, "function must be one of"),
        ([], {}, ValueError, "functions must be a list of 1 to 8"),
        ([relu] * 2, {}, ValueError, "each of another name"),
        (exp(x), {}, TypeError, "activation must be a function of one number"),
        (["relu"], {}, TypeError, "activation must be"),
        (None, {}, TypeError, "activation must be"),
    ],
)
def test_wrong_input_is_an_error_in_python(functions, initial, error, message):
    with pytest.raises(error, match=message):
        neuron(functions, **initial)


def test_a_wrong_value_later_leaves_the_neuron_as_it_is():
    widget = neuron(FOUR)
    with pytest.raises(ValueError, match="function must be one of 'binary_step', 'l"):
        widget.function = "Logistic function"
    with pytest.raises(ValueError, match="b must be a number in"):
        widget.b = 2.5
    assert (widget.function, widget.b) == ("binary_step", 0.3)


# What is stored


def test_a_stored_neuron_is_small_and_needs_no_other_file():
    widget = neuron(FOUR)
    html = widget._repr_mimebundle_()[0]["text/html"]
    assert len(html.encode()) <= 80 * 1024
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", html)
    names = [tag.name for tag in page_of(widget).find_all()]
    assert names == ["div", "figure", "img", "img", "script"]


def test_the_pictures_say_what_they_show():
    # z = 2 · (−1.5) + (−1) · 0.5 + 1 = −2.5
    given = {"x1": -1.5, "x2": 0.5, "w1": 2, "w2": -1, "b": 1}
    widget = neuron(FOUR, **given, function="logistic")
    diagram, curves = alts(widget)
    for part in ("x₁ = −1.5,", "w₁ = 2,", "x₂ = 0.5,", "w₂ = −1.", "b = 1 "):
        assert part in diagram
    assert "z = −2.5." in diagram and "f(z) = 0.0759." in diagram
    assert curves.startswith("Logistic function: f for z from −10 to 10. ")
    assert curves.endswith(" A dot is at z = −2.5, f(z) = 0.0759.")
    for alt in (diagram, curves):
        assert json.dumps(alt) in page_of(widget).script.string
    texts = written(pictures(widget)[0])
    assert {"−1.5", "0.5", "−2.5", "0.0759", "= 2", "= −1", "= 1"} <= {*texts}


def test_only_the_chosen_curve_is_seen():
    panels = re.findall(
        r'<g id="panel-(\d)"( visibility="hidden")?>',
        pictures(neuron(FOUR, function="tanh"))[1],
    )
    assert [(int(i), not hidden) for i, hidden in panels] == [
        (0, False),
        (1, False),
        (2, True),
        (3, False),
    ]


def test_a_jump_and_a_step_at_0_are_honest():
    # 0.1 · 3 − 0.3 is a little more than 0, in floating point
    widget = neuron(binary_step, x1=0.1, w1=-2, x2=0.3, w2=1, b=-0.1)
    diagram, curve = alts(widget)
    assert "z = 0." in diagram and "f(z) = 1." in diagram
    assert "At 0 f jumps from 0 to 1." in curve


def test_parameters_have_their_defaults():
    assert "f(z) = 3." in alts(neuron([SCALED]))[0]  # z is 1
    assert "f(z) = −0.632." in alts(neuron(elu, w1=-1, x1=0.8, w2=0, b=-0.2))[0]


def test_where_f_has_no_value_the_picture_says_so():
    diagram, curve = alts(neuron(Activation("Log", log(x)), b=-2))  # z = −1.3
    assert "f(z) = undefined." in diagram and "f(z) = undefined." in curve


def test_a_neuron_brings_the_blocks_that_it_needs_and_no_other():
    def blocks(functions):
        code = page_of(neuron(functions)).script.string
        (found,) = re.findall(r"const blocks = (.*);\nconst figure", code, re.DOTALL)
        return re.findall(r"\b(\w+): (?=\()", found)

    assert blocks([relu, tanh]) == []
    assert blocks(FOUR) == ["sigma"]


def test_a_users_text_is_never_code_nor_markup():
    page = page_of(neuron([HOSTILE, relu]))
    names = [tag.name for tag in page.find_all()]
    assert names == ["div", "figure", "img", "img", "script"]
    (line,) = re.findall(r"^const figure = (.*);$", page.script.string, re.M)
    assert "alert" not in re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
    assert HOSTILE.title in page.select("img")[1]["alt"]
