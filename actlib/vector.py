"""Activation functions of a whole vector: softmax.

Source on the numbers: P. Blanchard, D. J. Higham & N. J. Higham, *Accurately computing the
log-sum-exp and softmax functions*, IMA J. Numer. Anal. 41 (2021), DOI 10.1093/imanum/draa038.
"""

import numpy as np
from sympy import IndexedBase, Matrix, factor, latex, symbols

from . import facts
from .activation import Entry

# The formula of the catalogue is that of output i, of n, for the logits z.
z = IndexedBase("z")
i, j, n = symbols("i j n", integer=True, positive=True)


class VectorActivation(Entry):
    """Softmax: from a vector of n real numbers, the logits z, to n probabilities.

    The expression is that of output i; the Jacobian is differentiated from it. The fact card is
    that for three logits.
    """

    derive = facts.derive_vector

    def _repr_latex_(self):
        return f"$\\displaystyle f_i(z) = {latex(self.expr)}$"

    def logits(self, size):
        """Return the symbols z_1, ..., z_size."""
        return symbols(f"z_1:{size + 1}", real=True)

    def expr_for(self, size, **parameters):
        """Return all outputs for `size` logits z_1, z_2, ... as a SymPy column vector.

        Raises ValueError unless `size` is a whole number from 1 on.
        """
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"size must be a whole number from 1 on, not {size!r}")
        named = {z[k]: symbol for k, symbol in enumerate(self.logits(size), 1)}
        formula = self.expr.subs(self.exact(parameters)).subs(n, size).doit()
        return Matrix([formula.subs(i, k).subs(named) for k in range(1, size + 1)])

    def jacobian_expr(self, size, **parameters):
        """Return the matrix of the derivatives of output i with respect to logit j."""
        return self.expr_for(size, **parameters).jacobian(self.logits(size)).applyfunc(factor)

    def __call__(self, z, *, axis=-1, **parameters):
        """Return the probabilities along `axis` of an array of logits, as NumPy values.

        ±inf gives the limit, and nan for the whole vector where there is none: for two logits of
        inf, for nothing but -inf. The dtype of the result is that of `z`; integers give float64.

        Raises TypeError for what is not real numbers or an unknown parameter, ValueError for an
        `axis` that `z` does not have or a parameter outside its domain.
        """
        return np.moveaxis(self._last(_softmax, z, axis, parameters), -1, axis)

    def log(self, z, *, axis=-1, **parameters):
        """Return the logarithms of the probabilities: finite where a probability underflows."""
        return np.moveaxis(self._last(_log_softmax, z, axis, parameters), -1, axis)

    def jacobian(self, z, *, axis=-1, **parameters):
        """Return the matrices J[..., i, j] of the derivative of output i by logit j.

        `axis` of `z` is the axis of the logits; it is replaced by two at the end.
        """
        return self._last(_jacobian, z, axis, parameters)

    def _last(self, function, z, axis, parameters):
        """Return function((z − max z)/T, T) in the dtype of z, with the axis moved to the end."""
        logits, temperature = np.broadcast_arrays(*self.arrays("z", z, parameters))
        if not isinstance(axis, int) or not -logits.ndim <= axis < logits.ndim:
            raise ValueError(f"axis must be one of z, which has {logits.ndim}; not {axis!r}")
        logits, temperature = (np.moveaxis(array, axis, -1) for array in (logits, temperature))
        if (temperature != temperature[..., :1]).any():
            raise ValueError("temperature must be the same for all logits along the axis")
        dtype = logits.dtype if logits.dtype.kind == "f" else np.float64
        logits = logits.astype(np.float64, copy=False)
        top = logits.max(axis=-1, keepdims=True, initial=-np.inf)
        with np.errstate(all="ignore"):
            shifted = logits - top
            if np.isinf(top).any():  # ∞ − ∞ is 0 when it is one and the same ∞
                first = logits == top
                shifted[first & (first.sum(axis=-1, keepdims=True) == 1)] = 0
            shifted /= temperature[..., :1]
            return function(shifted, temperature).astype(dtype, copy=False)


def _softmax(shifted, temperature):
    weights = np.exp(shifted)
    return weights / weights.sum(axis=-1, keepdims=True)


def _log_softmax(shifted, temperature):
    # The largest weight is 1. Where it outweighs the others, log1p of their sum keeps the digits.
    others = np.sort(np.exp(shifted), axis=-1)[..., :-1]
    return shifted - np.log1p(others.sum(axis=-1, keepdims=True))


def _jacobian(shifted, temperature):
    p = _softmax(shifted, temperature)
    matrix = p[..., :, None] * (p[..., None, :] / -temperature[..., :1, None])
    # A row's sum is 0: so the diagonal, p(1 − p)/T, needs no difference that cancels.
    diagonal = np.arange(p.shape[-1])
    matrix[..., diagonal, diagonal] = 0
    matrix[..., diagonal, diagonal] = -matrix.sum(axis=-1)
    return matrix
