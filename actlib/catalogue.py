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
            Reference(
                "Hochreiter, S.",
                1991,
                "Untersuchungen zu dynamischen neuronalen Netzen",
                "Diploma thesis, TU München",
            ),
            Reference(
                "Bengio, Y., Simard, P. & Frasconi, P.",
                1994,
                "Learning long-term dependencies with gradient descent is difficult",
                "IEEE Transactions on Neural Networks 5(2), 157–166",
                "10.1109/72.279181",
            ),
            Reference(
                "Hochreiter, S. & Schmidhuber, J.",
                1997,
                "Long short-term memory",
                "Neural Computation 9(8), 1735–1780",
                "10.1162/neco.1997.9.8.1735",
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
