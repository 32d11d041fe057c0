"""The catalogue: every activation function of the collection, written down once. Data only."""

from types import MappingProxyType

from sympy import Symbol, exp

from .activation import Activation, Reference

x = Symbol("x", real=True)

_ENTRIES = [
    Activation(
        "Logistic function",
        1 / (1 + exp(-x)),
        name="logistic",
        aliases=["sigmoid", "soft step", "expit"],
        number=10,
        family="sigmoids",
        idea="The derivative feeds on the function, f′ = f(1 − f), and never exceeds 1/4.",
        references=[
            Reference(
                "Verhulst, P.-F.",
                1838,
                "Notice sur la loi que la population suit dans son accroissement",
                "Correspondance mathématique et physique 10",
            ),
            Reference(
                "Rumelhart, D. E., Hinton, G. E. & Williams, R. J.",
                1986,
                "Learning representations by back-propagating errors",
                "Nature 323, 533–536",
                "10.1038/323533a0",
            ),
        ],
        frameworks={
            "PyTorch": "torch.sigmoid",
            "Keras": "keras.activations.sigmoid",
            "JAX": "jax.nn.sigmoid",
            "ONNX": "Sigmoid",
        },
    ),
]

CATALOGUE = MappingProxyType({activation.name: activation for activation in _ENTRIES})
