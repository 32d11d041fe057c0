"""A second input, as a gated unit has: by place or name, and nowhere a constant."""

import numpy as np
import pytest
from sympy import symbols

import actlib
from actlib import Activation, Input, Parameter, check, gelu, logistic, relu, silu

x, b, c = symbols("x b c")
SECOND = Input("b", 1, -2, 2, 0.5, "the other sum")
STEEP = Parameter("c", 2, 1, 3, 0.5)
GLU = Activation("GLU", logistic.of(c * x) * b, [SECOND, STEEP], name="glu")
POINTS, OTHERS = np.linspace(-4, 4, 9), np.linspace(3, -3, 9)


def by_hand(x, b, c=2):
    return b / (1 + np.exp(-c * x))


# Values


def test_an_input_is_given_by_its_place_or_by_its_name():
    right = by_hand(POINTS, OTHERS)
    for found in (GLU(POINTS, OTHERS), GLU(POINTS, b=OTHERS)):
        np.testing.assert_allclose(found, right, rtol=1e-14)
    np.testing.assert_allclose(GLU(POINTS, 3, c=1), by_hand(POINTS, 3, 1), rtol=1e-14)
    np.testing.assert_array_equal(GLU(POINTS[:, None], OTHERS).shape, (9, 9))


def test_slopes_by_both_inputs_are_those_of_small_steps():
    h = 1e-5
    along_x = by_hand(POINTS + h, OTHERS) - by_hand(POINTS - h, OTHERS)
    along_b = by_hand(POINTS, OTHERS + h) - by_hand(POINTS, OTHERS - h)
    slopes = GLU.grad(POINTS, OTHERS), GLU.grad(POINTS, OTHERS, wrt="b")
    for slope, step in zip(slopes, (along_x, along_b), strict=True):
        np.testing.assert_allclose(slope, step / (2 * h), atol=1e-9)


def test_an_input_may_be_nan_or_infinite_and_a_parameter_may_not():
    with np.errstate(all="raise"):
        found = GLU([0, 1, np.nan, np.inf], [np.nan, np.inf, 1, -np.inf])
    np.testing.assert_array_equal(found, [np.nan, np.inf, np.nan, -np.inf])
    assert np.isnan(GLU(-np.inf, np.inf))  # 0 · ∞
    with pytest.raises(ValueError, match="c must lie in Reals"):
        GLU(1, 2, c=np.nan)
    with pytest.raises(ValueError, match="b must lie in Reals"):
        GLU.facts(b=np.nan)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: GLU(1, 2, 3), TypeError, r"glu takes \(x, b\), not 3 .* by its name"),
        (lambda: GLU.grad(1, 2, b=3), TypeError, "given b twice"),
        (lambda: relu(1, 2), TypeError, r"relu takes \(x\), not 2 arguments"),
        (lambda: silu(1, 2), TypeError, "a parameter is given by its name"),
        (lambda: GLU(1, "2"), TypeError, "b must be a real number"),
        (lambda: GLU([1, 2], [1, 2, 3]), ValueError, r"x \(2,\), b \(3,\)"),
    ],
)
def test_wrong_input_is_an_error_that_names_it(call, error, message):
    with pytest.raises(error, match=message):
        call()


# Words and figures


def test_what_holds_an_input_says_at_which_value():
    assert "GLU, b = 1" in repr(GLU.facts()) and "GLU, b = 2" in repr(GLU.facts(b=2))
    assert "glu, b = 1<" in actlib.compare([GLU, silu], "range").data
    assert "silu<" in actlib.compare([GLU, silu], "range").data
    assert "f(x, b) =" in GLU._repr_latex_() and "f(x) =" in silu._repr_latex_()


def test_a_picture_has_the_curves_for_other_values():
    figure = actlib.plot(GLU)
    assert figure.get_label().endswith("Thin curves: f for b = −2, −1, 0, 1, 2.")
    values = [line.get_ydata()[-1] for line in figure.axes[0].lines[:5]]
    np.testing.assert_allclose(values, by_hand(6, np.arange(-2, 3)))
    assert "Thin" not in actlib.plot(silu).get_label()


@pytest.mark.parametrize("make", [actlib.train, actlib.propagate, actlib.neuron])
def test_where_a_unit_has_one_sum_a_gated_one_is_refused(make):
    with pytest.raises(
        ValueError, match=r"functions must .* one sum here, but glu .*b"
    ):
        make([gelu, GLU])


# Answers


def test_a_function_is_tried_for_several_values_of_an_input():
    assert check(by_hand, GLU)
    assert check(lambda x, b, c: by_hand(x, b, c), GLU, c=1.5)
    assert check(lambda x, b: by_hand(x, 1), GLU, wrt="b")
    assert "b = 2" in check(lambda x, b: by_hand(x, 1), GLU).message
    assert "called with x and b" in check(lambda x: by_hand(x, 1), GLU).message
    assert check(lambda x, b: by_hand(x, 3), GLU, b=3)
