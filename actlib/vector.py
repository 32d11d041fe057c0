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

    The expression is that of output i; the Jacobian is differentiated from it.
    """

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
        return self._along(axis, _softmax, z, parameters)

    def log(self, z, *, axis=-1, **parameters):
        """Return the logarithms of the probabilities: finite where a probability underflows."""
        return self._along(axis, _log_softmax, z, parameters)

    def jacobian(self, z, *, axis=-1, **parameters):
        """Return the matrices J[..., i, j] of the derivative of output i by logit j.

        `axis` of `z` is the axis of the logits; it is replaced by two at the end.
        """
        shifted, temperature, dtype = self._shifted(z, axis, parameters)
        with np.errstate(all="ignore"):
            p = _softmax(shifted)
            matrix = p[..., :, None] * (p[..., None, :] / -temperature[..., None])
            # A row's sum is 0: so the diagonal, p(1 − p)/T, needs no difference that cancels.
            diagonal = np.arange(p.shape[-1])
            matrix[..., diagonal, diagonal] = 0
            matrix[..., diagonal, diagonal] = -matrix.sum(axis=-1)
            return matrix.astype(dtype, copy=False)

    def grad(self, *args, **parameters):
        """Refuse: the derivative is a matrix."""
        raise TypeError(
            f"{self.name} has a matrix of derivatives: use {self.name}.jacobian(z), "
            f"or {self.name}.jacobian_expr(n) for the formulas"
        )

    diff = grad

    def facts(self, **parameters):
        """Return the fact card for three logits: a read-only mapping, shown as a table."""
        values = self.exact(self.values_of(parameters)).values()
        return facts.derive_vector(self, tuple(values))

    def _along(self, axis, function, z, parameters):
        shifted, _, dtype = self._shifted(z, axis, parameters)
        with np.errstate(all="ignore"):
            result = function(shifted).astype(dtype, copy=False)
            return np.moveaxis(result, -1, axis)

    def _shifted(self, z, axis, parameters):
        """Return (z − max z)/T and T with the axis moved to the end, and the dtype of a result."""
        logits, temperature = self.arrays("z", z, parameters)
        dtype = logits.dtype if logits.dtype.kind == "f" else np.float64
        shape = np.broadcast_shapes(logits.shape, temperature.shape)
        if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
            raise ValueError(f"axis must be one of z, which has {len(shape)}; not {axis!r}")
        logits, temperature = (
            np.moveaxis(np.broadcast_to(array, shape), axis, -1) for array in (logits, temperature)
        )
        if (temperature != temperature[..., :1]).any():
            raise ValueError("temperature must be the same for all logits along the axis")
        temperature = temperature[..., :1]
        logits = logits.astype(np.float64, copy=False)
        top = logits.max(axis=-1, keepdims=True, initial=-np.inf)
        with np.errstate(all="ignore"):
            shifted = logits - top
            if np.isinf(top).any():  # ∞ − ∞ is 0 when it is one and the same ∞
                first = logits == top
                shifted[first & (first.sum(axis=-1, keepdims=True) == 1)] = 0
            shifted /= temperature
        return shifted, temperature, dtype


def _softmax(shifted):
    weights = np.exp(shifted, out=shifted)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


def _log_softmax(shifted):
    # The largest have weight 1; log1p of the rest keeps its digits where they outweigh it.
    first = shifted == 0
    ties = first.sum(axis=-1, keepdims=True)
    rest = np.where(first, 0, np.exp(shifted)).sum(axis=-1, keepdims=True)
    return shifted - (np.log(ties) + np.log1p(rest / ties))
