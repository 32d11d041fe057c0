"""Activation functions of a whole vector: shares g(zᵢ)/Σ g(zⱼ) of one total, 1.

Source on the numbers: P. Blanchard, D. J. Higham & N. J. Higham, *Accurately computing
the log-sum-exp and softmax functions*, IMA J. Numer. Anal. 41 (2021),
DOI 10.1093/imanum/draa038.
"""

from collections.abc import Mapping

import numpy as np
import sympy
from numpy.typing import ArrayLike
from sympy import (
    Expr,
    IndexedBase,
    Integer,
    Matrix,
    S,
    Sum,
    Symbol,
    factor,
    latex,
    symbols,
)

from .activation import Entry, Number
from .blocks import Array
from .facts import NOT_WORKED_OUT, Facts
from .numerics import numpy_function
from .pieces import Formula, derivative

# The formula of the catalogue is that of output i, of n, for the logits z.
z = IndexedBase("z")
i, j, n = symbols("i j n", integer=True, positive=True)


class VectorActivation(Entry):
    """From n real numbers, the logits z, to n shares of 1: g(zᵢ)/Σ g(zⱼ), with g > 0.

    The expression is that of output i, such as exp(z[i])/Sum(exp(z[j]), (j, 1, n)).
    Values, Jacobian and facts follow from it; the fact card is that for three logits.

    Raises ValueError for an expression of another form.
    """

    def __post_init__(self, expression: Expr) -> None:
        super().__post_init__(expression)
        t = Symbol("t", real=True)
        total = next(iter(self.expr.atoms(Sum)), S.One)
        weight = self.expr * total
        if total != Sum(weight.xreplace({i: j}), (j, 1, n)):
            form = "g(z[i])/Sum(g(z[j]), (j, 1, n))"
            raise ValueError(f"expression must have the form {form}, not {expression}")
        # Shares come from scores, log g: sums of exponentials overflow, scores do not.
        weight = weight.xreplace({z[i]: t})
        score = sympy.expand_log(sympy.log(weight), force=True)
        parameters = [p.symbol for p in self.parameters.values()]
        samples = [[float(p.default) for p in self.parameters.values()]]
        self._score = Formula(score, t, parameters, samples)
        slope = derivative(self._score.branches[0].formula, t)
        # Differences of logits are exact, those of scores are not.
        self._linear = len(self._score.branches) == 1 and not slope.has(t)
        at_defaults = self.exact(self.values_of({}))
        pieces = self._score.pieces(at_defaults, {})
        if any(piece.formula is sympy.nan for piece in pieces):
            raise ValueError(
                f"expression must have g(z) > 0 everywhere; {weight} is not"
            )

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle f_i(z) = {latex(self.expr)}$"

    # Symbols

    def logits(self, size: int) -> tuple[Symbol, ...]:
        """Return the symbols z_1, ..., z_size."""
        return symbols(f"z_1:{size + 1}", real=True)

    def expr_for(self, size: int, **parameters: Number) -> Matrix:
        """Return all outputs for `size` logits z_1, z_2, ... as a SymPy column vector.

        Raises ValueError unless `size` is a whole number from 1 on.
        """
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"size must be a whole number from 1 on, not {size!r}")
        named = {z[k]: symbol for k, symbol in enumerate(self.logits(size), 1)}
        formula = self.expr.subs(self.exact(parameters)).subs(n, size).doit()
        return Matrix([formula.subs(i, k).subs(named) for k in range(1, size + 1)])

    def jacobian_expr(self, size: int, **parameters: Number) -> Matrix:
        """Return the matrix of the derivatives of output i with respect to logit j."""
        outputs = self.expr_for(size, **parameters)
        return outputs.jacobian(self.logits(size)).applyfunc(factor)

    def facts(self, **parameters: Number) -> Facts:
        """Return the fact card for three logits, a read-only mapping of SymPy objects.

        Parameters that are not given have their default values.
        """
        given = self.values_of(parameters)
        logits = self.logits(3)
        at_0 = dict.fromkeys(logits, 0)
        outputs = self.expr_for(3, **given)
        jacobian = self.jacobian_expr(3, **given)
        null_vector = rank = lipschitz = NOT_WORKED_OUT
        moved = (jacobian * sympy.ones(3, 1)).applyfunc(sympy.simplify)
        if moved == sympy.zeros(3, 1):
            null_vector = sympy.ones(3, 1)
        if self._linear:
            # The scores have one slope, and p(1 − p) is largest at p = 1/2; rows sum
            # to 0, so the sum of a row's sizes is twice its diagonal.
            slope = derivative(self._score.branches[0].formula, self._score.x)
            lipschitz = abs(slope.subs(self.exact(given))) / 2
            rank = Integer(jacobian.subs(at_0).rank())
        return Facts(
            self.title,
            {
                "value_at_0": outputs.subs(at_0),
                "slope_at_0": jacobian.subs(at_0),
                "total": sympy.simplify(sum(outputs)),
                "null_vector": null_vector,
                "rank": rank,
                "lipschitz": lipschitz,
            },
        )

    # Numbers

    def __call__(
        self, z: ArrayLike, /, *, axis: int = -1, **parameters: ArrayLike
    ) -> np.ndarray:
        """Return the shares along `axis` of an array of logits, as NumPy values.

        ±inf gives the limit, and nan for the whole vector where there is none, as for
        two logits of inf. The dtype of the result is that of `z`; integers give
        float64.

        Raises TypeError for what is not real numbers or an unknown parameter,
        ValueError for an `axis` that `z` does not have or a parameter outside its
        domain.
        """
        logits = _Logits(self, z, axis, parameters)
        return np.moveaxis(logits.result(_shares(logits.scores)), -1, axis)

    def log(
        self, z: ArrayLike, /, *, axis: int = -1, **parameters: ArrayLike
    ) -> np.ndarray:
        """Return the logarithms of the shares: finite where a share underflows."""
        logits = _Logits(self, z, axis, parameters)
        return np.moveaxis(logits.result(_log_shares(logits.scores)), -1, axis)

    def jacobian(
        self, z: ArrayLike, /, *, axis: int = -1, **parameters: ArrayLike
    ) -> np.ndarray:
        """Return the matrices J[..., i, j] of the derivative of output i by logit j.

        `axis` of `z` is the axis of the logits; it is replaced by two at the end.
        """
        logits = _Logits(self, z, axis, parameters)
        return logits.result(_jacobian(logits.scores, logits.slopes))


class _Logits:
    """Logits with their axis at the end: `scores` of at most 0, and their `slopes`."""

    def __init__(
        self,
        entry: VectorActivation,
        z: ArrayLike,
        axis: int,
        parameters: Mapping[str, ArrayLike],
    ):
        logits, *values = np.broadcast_arrays(*entry.arrays("z", z, parameters))
        if not isinstance(axis, int) or not -logits.ndim <= axis < logits.ndim:
            allowed = f"one of z, which has {logits.ndim}"
            raise ValueError(f"axis must be {allowed}; not {axis!r}")
        logits, *values = (np.moveaxis(array, axis, -1) for array in (logits, *values))
        for name, value in zip(entry.parameters, values, strict=True):
            constant = value.strides[-1] == 0  # a stride of 0: one number for all
            if not constant and (value != value[..., :1]).any():
                problem = "must be the same for all logits along the axis"
                raise ValueError(f"{name} {problem}")
        self._dtype = logits.dtype if logits.dtype.kind == "f" else np.float64
        logits = logits.astype(np.float64, copy=False)
        values = [value[..., :1] for value in values]
        with np.errstate(all="ignore"):
            slopes = numpy_function(entry._score, 1)
            if entry._linear:
                # As far as a logit may be infinite, its slope is what it is at 0.
                self.slopes = slopes(np.zeros_like(logits[..., :1]), *values)
                upwards = np.sign(self.slopes) * logits
                top = upwards.max(axis=-1, keepdims=True, initial=-np.inf)
                self.scores = _without(upwards, top)
                self.scores *= np.abs(self.slopes)
            else:
                self.slopes = slopes(logits, *values)
                scores = numpy_function(entry._score)(logits, *values)
                top = scores.max(axis=-1, keepdims=True, initial=-np.inf)
                self.scores = _without(scores, top)

    def result(self, values: Array) -> np.ndarray:
        return values.astype(self._dtype, copy=False)


def _without(scores: Array, top: Array) -> Array:
    """Return scores − top, where ∞ − ∞ is 0 when it is one and the same ∞."""
    shifted = scores - top
    if np.isinf(top).any():
        first = scores == top
        shifted[first & (first.sum(axis=-1, keepdims=True) == 1)] = 0
    return shifted


@np.errstate(all="ignore")
def _shares(scores: Array) -> Array:
    weights = np.exp(scores)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


@np.errstate(all="ignore")
def _log_shares(scores: Array) -> Array:
    # The largest weight is 1. Where it outweighs the others, log1p keeps the digits.
    others = np.sort(np.exp(scores), axis=-1)[..., :-1]
    return scores - np.log1p(others.sum(axis=-1, keepdims=True))


@np.errstate(all="ignore")
def _jacobian(scores: Array, slopes: Array) -> Array:
    p = _shares(scores)
    matrix = p[..., :, None] * p[..., None, :]
    # p(1 − p) is p times the sum of the others: no difference that cancels.
    diagonal = np.arange(p.shape[-1])
    matrix[..., diagonal, diagonal] = 0
    others = matrix.sum(axis=-1)
    matrix *= -slopes[..., None, :]
    matrix[..., diagonal, diagonal] = others * slopes
    return matrix
