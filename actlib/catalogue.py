"""The catalogue: every activation function of the collection, written down once."""

from types import MappingProxyType

from sympy import (
    Interval,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    erf,
    exp,
    log,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)
from sympy import tanh as hyperbolic_tangent

from .activation import Activation, Entry, Input, Parameter, Reference
from .vector import VectorActivation, i, j, n, z

x, alpha, b, beta, lam, omega, T = symbols("x alpha b beta lambda omega T")
GLOROT_2011 = Reference(
    "Glorot, X., Bordes, A. & Bengio, Y.",
    2011,
    "Deep sparse rectifier neural networks",
    "AISTATS, PMLR 15, 315–323",
    url="https://proceedings.mlr.press/v15/glorot11a.html",
)
HE_2015 = Reference(
    "He, K., Zhang, X., Ren, S. & Sun, J.",
    2015,
    "Delving deep into rectifiers",
    "ICCV, 1026–1034",
    "10.1109/ICCV.2015.123",
)
KLAMBAUER_2017 = Reference(
    "Klambauer, G., Unterthiner, T., Mayr, A. & Hochreiter, S.",
    2017,
    "Self-normalizing neural networks",
    "NIPS 30",
    "10.48550/arXiv.1706.02515",
)
HENDRYCKS_2016 = Reference(
    "Hendrycks, D. & Gimpel, K.",
    2016,
    "Gaussian error linear units (GELUs)",
    "arXiv",
    "10.48550/arXiv.1606.08415",
)
POOLE_2016 = Reference(
    "Poole, B., Lahiri, S., Raghu, M., Sohl-Dickstein, J. & Ganguli, S.",
    2016,
    "Exponential expressivity in deep neural networks through transient chaos",
    "NIPS 29",
    "10.48550/arXiv.1606.05340",
)

identity = Activation(
    "Identity",
    x,
    name="identity",
    aliases=["linear"],
    number=1,
    family="no curve",
    idea="Without a nonlinearity a network of any depth is one matrix.",
    references=[
        Reference(
            "Baldi, P. & Hornik, K.",
            1989,
            "Neural networks and principal component analysis: "
            "learning from examples without local minima",
            "Neural Networks 2(1), 53–58",
            "10.1016/0893-6080(89)90014-2",
        ),
        Reference(
            "Saxe, A. M., McClelland, J. L. & Ganguli, S.",
            2014,
            "Exact solutions to the nonlinear dynamics of learning "
            "in deep linear neural networks",
            "ICLR",
            "10.48550/arXiv.1312.6120",
        ),
        Reference(
            "He, K., Zhang, X., Ren, S. & Sun, J.",
            2016,
            "Deep residual learning for image recognition",
            "CVPR, 770–778",
            "10.1109/CVPR.2016.90",
        ),
        Reference(
            "Leshno, M., Lin, V. Ya., Pinkus, A. & Schocken, S.",
            1993,
            "Multilayer feedforward networks with a nonpolynomial activation function "
            "can approximate any function",
            "Neural Networks 6(6), 861–867",
            "10.1016/S0893-6080(05)80131-5",
        ),
    ],
    frameworks={
        "PyTorch": "torch.nn.Identity()",
        "Keras": "keras.activations.linear",
        "JAX": "jax.nn.identity",
        "ONNX": "Identity",
    },
)

binary_step = Activation(
    "Binary step",
    Piecewise((0, x < 0), (1, True)),
    name="binary_step",
    aliases=["step", "Heaviside step", "threshold"],
    number=2,
    family="steps",
    idea="A decision that cannot be learned by slope: "
    "the derivative is 0 wherever it exists.",
    builds_on=["identity"],
    frameworks={
        "PyTorch": "torch.heaviside(x, values=torch.tensor(1.0))",
        "Keras": "keras.ops.heaviside(x, 1.0)",
        "JAX": "jax.numpy.heaviside(x, 1.0)",
    },
    references=[
        Reference(
            "McCulloch, W. S. & Pitts, W.",
            1943,
            "A logical calculus of the ideas immanent in nervous activity",
            "Bulletin of Mathematical Biophysics 5, 115–133",
            "10.1007/BF02478259",
        ),
        Reference(
            "Rosenblatt, F.",
            1958,
            "The perceptron: a probabilistic model for information storage "
            "and organization in the brain",
            "Psychological Review 65(6), 386–408",
            "10.1037/h0042519",
        ),
        Reference(
            "Novikoff, A. B. J.",
            1962,
            "On convergence proofs on perceptrons",
            "Symposium on the Mathematical Theory of Automata 12",
            url="https://archive.org/details/DTIC_AD0298258",
        ),
        Reference(
            "Minsky, M. & Papert, S.",
            1969,
            "Perceptrons",
            "MIT Press",
            url="https://mitpress.mit.edu/9780262630221/perceptrons/",
        ),
        Reference(
            "Bengio, Y., Léonard, N. & Courville, A.",
            2013,
            "Estimating or propagating gradients through stochastic neurons "
            "for conditional computation",
            doi="10.48550/arXiv.1308.3432",
        ),
    ],
)

logistic = Activation(
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
            url="https://books.google.com/books?id=8GsEAAAAYAAJ&pg=PA113",
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
            url="https://people.idsia.ch/~juergen/SeppHochreiter1991ThesisAdvisorSchmidhuber.pdf",
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
)

tanh = Activation(
    "Hyperbolic tangent",
    2 / (1 + exp(-2 * x)) - 1,
    name="tanh",
    aliases=["hyperbolic tangent"],
    number=11,
    family="sigmoids",
    idea="A logistic function stretched until it is centred: tanh x = 2σ(2x) − 1.",
    builds_on=["logistic"],
    references=[
        Reference(
            "Kalman, B. L. & Kwasny, S. C.",
            1992,
            "Why tanh: choosing a sigmoidal function",
            "IJCNN 4, 578–581",
            "10.1109/IJCNN.1992.227257",
        ),
        Reference(
            "LeCun, Y., Bottou, L., Orr, G. B. & Müller, K.-R.",
            1998,
            "Efficient BackProp",
            "Neural Networks: Tricks of the Trade, LNCS 1524, 9–50",
            "10.1007/3-540-49430-8_2",
        ),
        Reference(
            "Glorot, X. & Bengio, Y.",
            2010,
            "Understanding the difficulty of training deep feedforward neural networks",
            "AISTATS, PMLR 9, 249–256",
            url="https://proceedings.mlr.press/v9/glorot10a.html",
        ),
        Reference(
            "LeCun, Y., Kanter, I. & Solla, S. A.",
            1991,
            "Eigenvalues of covariance matrices: "
            "application to neural-network learning",
            "Physical Review Letters 66, 2396–2399",
            "10.1103/PhysRevLett.66.2396",
        ),
    ],
    frameworks={
        "PyTorch": "torch.tanh",
        "Keras": "keras.activations.tanh",
        "JAX": "jax.nn.tanh",
        "ONNX": "Tanh",
    },
)

relu = Activation(
    "Rectified linear unit (ReLU)",
    Piecewise((0, x < 0), (x, True)),
    name="relu",
    aliases=["rectifier", "ReLU"],
    number=20,
    family="rectifiers",
    idea="One kink, and everything follows: "
    "a gradient of 0 or 1, dead units, linear pieces.",
    builds_on=["identity"],
    references=[
        Reference(
            "Fukushima, K.",
            1969,
            "Visual feature extraction by a multilayered network "
            "of analog threshold elements",
            "IEEE Transactions on Systems Science and Cybernetics 5(4), 322–333",
            "10.1109/TSSC.1969.300225",
        ),
        Reference(
            "Nair, V. & Hinton, G. E.",
            2010,
            "Rectified linear units improve restricted Boltzmann machines",
            "ICML, 807–814",
            url="https://icml.cc/Conferences/2010/papers/432.pdf",
        ),
        GLOROT_2011,
        Reference(
            "Bertoin, D., Bolte, J., Gerchinovitz, S. & Pauwels, E.",
            2021,
            "Numerical influence of ReLU′(0) on backpropagation",
            "NeurIPS 34",
            "10.48550/arXiv.2106.12915",
        ),
        Reference(
            "Lu, L., Shin, Y., Su, Y. & Karniadakis, G. E.",
            2020,
            "Dying ReLU and initialization: theory and numerical examples",
            "Communications in Computational Physics 28(5), 1671–1706",
            "10.4208/cicp.OA-2020-0165",
        ),
        HE_2015,
    ],
    frameworks={
        "PyTorch": "torch.relu",
        "Keras": "keras.activations.relu",
        "JAX": "jax.nn.relu",
        "ONNX": "Relu",
    },
)

prelu = Activation(
    "Parametric ReLU (PReLU)",
    Piecewise((alpha * x, x < 0), (x, True)),
    [Parameter(alpha, 0.25, 0, 1, 0.01, "slope for x < 0")],
    name="prelu",
    aliases=["parametric ReLU", "leaky ReLU", "PReLU"],
    number=21,
    family="rectifiers",
    idea="A slope that learns: ∂f/∂α = min(0, x), "
    "from ReLU at α = 0 to the identity at 1.",
    builds_on=["identity", "relu"],
    references=[
        HE_2015,
        Reference(
            "Maas, A. L., Hannun, A. Y. & Ng, A. Y.",
            2013,
            "Rectifier nonlinearities improve neural network acoustic models",
            "ICML Workshop on Deep Learning for Audio, Speech and Language Processing",
            url="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
        ),
    ],
    frameworks={
        "PyTorch": "torch.nn.PReLU(init=0.25), torch.nn.LeakyReLU(negative_slope=0.01)",
        "Keras": 'keras.layers.PReLU(alpha_initializer="zeros"), '
        "keras.layers.LeakyReLU(negative_slope=0.3)",
        "JAX": "jax.nn.leaky_relu(x, negative_slope=0.01)",
        "ONNX": "PRelu, LeakyRelu (alpha=0.01)",
    },
)

elu = Activation(
    "Exponential linear unit (ELU)",
    Piecewise((alpha * (exp(x) - 1), x < 0), (x, True)),
    [
        Parameter(
            alpha,
            1,
            0,
            3,
            0.05,
            "−α is the limit on the left",
            domain=Interval(0, oo),
        ),
    ],
    name="elu",
    aliases=["exponential linear unit", "ELU"],
    number=22,
    family="rectifiers",
    idea="Differentiable everywhere exactly when α = 1; centred only at another α.",
    builds_on=["relu"],
    references=[
        Reference(
            "Clevert, D.-A., Unterthiner, T. & Hochreiter, S.",
            2016,
            "Fast and accurate deep network learning "
            "by exponential linear units (ELUs)",
            "ICLR",
            "10.48550/arXiv.1511.07289",
        ),
        KLAMBAUER_2017,
        Reference(
            "Barron, J. T.",
            2017,
            "Continuously differentiable exponential linear units",
            "arXiv",
            "10.48550/arXiv.1704.07483",
        ),
    ],
    frameworks={
        "PyTorch": "torch.nn.ELU(alpha=1.0)",
        "Keras": "keras.activations.elu(x, alpha=1.0)",
        "JAX": "jax.nn.elu(x, alpha=1.0)",
        "ONNX": "Elu (alpha=1.0)",
    },
)

selu = Activation(
    "Scaled exponential linear unit (SELU)",
    lam * Piecewise((alpha * (exp(x) - 1), x < 0), (x, True)),
    [
        Parameter(
            alpha,
            1.6732632423543772,
            0.6732632423543772,
            2.6732632423543772,
            0.01,
            "−λα is the limit on the left",
            domain=Interval(0, oo),
        ),
        Parameter(
            lam,
            1.0507009873554805,
            0.5507009873554805,
            1.5507009873554805,
            0.01,
            "slope for x > 0",
            domain=Interval.open(0, oo),
            name="scale",
        ),
    ],
    name="selu",
    aliases=["scaled exponential linear unit"],
    number=23,
    family="rectifiers",
    idea="Two constants make mean 0 and mean square 1 a balance that restores itself.",
    builds_on=["relu", "elu"],
    references=[KLAMBAUER_2017, POOLE_2016],
    frameworks={
        "PyTorch": "torch.nn.SELU()",
        "Keras": "keras.activations.selu",
        "JAX": "jax.nn.selu",
        "ONNX": "Selu",
    },
)

squared_relu = Activation(
    "Squared ReLU",
    Piecewise((0, x < 0), (x**2, True)),
    name="squared_relu",
    aliases=["ReLU squared", "relu2"],
    number=24,
    family="rectifiers",
    idea="The kink moves to f′, and f(cx) = c²f(x): sizes are squared, not scaled.",
    builds_on=["relu"],
    references=[
        Reference(
            "So, D. R., Mańke, W., Liu, H., Dai, Z., Shazeer, N. & Le, Q. V.",
            2021,
            "Primer: searching for efficient transformers for language modeling",
            "NeurIPS 34",
            "10.48550/arXiv.2109.08668",
        ),
        POOLE_2016,
    ],
    frameworks={
        "PyTorch": "torch.relu(x) ** 2",
        "Keras": "keras.ops.relu(x) ** 2",
        "JAX": "jax.nn.relu(x) ** 2",
        "ONNX": "Relu, Mul",
    },
)

softplus = Activation(
    "Softplus",
    log(1 + exp(beta * x)) / beta,
    [
        Parameter(
            beta,
            1,
            0.1,
            10,
            0.1,
            "sharpness of the bend",
            domain=Interval.open(0, oo),
        ),
    ],
    name="softplus",
    aliases=["smooth ReLU"],
    number=30,
    family="smooth",
    idea="ReLU's smooth shadow, never more than ln 2/β above it; "
    "its slope is the logistic.",
    builds_on=["logistic", "relu"],
    references=[
        Reference(
            "Dugas, C., Bengio, Y., Bélisle, F., Nadeau, C. & Garcia, R.",
            2001,
            "Incorporating second-order functional knowledge for better option pricing",
            "NIPS 13, 472–478",
            url="https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html",
        ),
        GLOROT_2011,
    ],
    frameworks={
        "PyTorch": "torch.nn.Softplus(beta=1.0, threshold=20.0)",
        "Keras": "keras.activations.softplus",
        "JAX": "jax.nn.softplus",
        "ONNX": "Softplus",
    },
)

gelu = Activation(
    "Gaussian error linear unit (GELU)",
    x * (1 + erf(x / sqrt(2))) / 2,
    name="gelu",
    aliases=["Gaussian error linear unit"],
    number=31,
    family="smooth",
    idea="x times a chance, xΦ(x): the mean of a gate that opens at random.",
    builds_on=["relu"],
    references=[HENDRYCKS_2016],
    frameworks={
        "PyTorch": 'torch.nn.GELU(approximate="none")',
        "Keras": "keras.activations.gelu(x, approximate=False)",
        "JAX": "jax.nn.gelu(x, approximate=False)",
        "ONNX": 'Gelu (approximate="none")',
    },
)

silu = Activation(
    "Sigmoid linear unit (SiLU, Swish)",
    x / (1 + exp(-beta * x)),
    [
        Parameter(
            beta,
            1,
            0,
            10,
            0.05,
            "sharpness of the gate",
            domain=Interval(0, oo),
        ),
    ],
    name="silu",
    aliases=["swish", "sigmoid linear unit"],
    number=32,
    family="smooth",
    idea="A function that is its own gate: x·σ(βx), from x/2 to ReLU.",
    builds_on=["logistic", "relu"],
    references=[
        HENDRYCKS_2016,
        Reference(
            "Elfwing, S., Uchibe, E. & Doya, K.",
            2018,
            "Sigmoid-weighted linear units for neural network function approximation "
            "in reinforcement learning",
            "Neural Networks 107, 3–11",
            "10.1016/j.neunet.2017.12.012",
        ),
        Reference(
            "Ramachandran, P., Zoph, B. & Le, Q. V.",
            2017,
            "Searching for activation functions",
            "arXiv",
            "10.48550/arXiv.1710.05941",
        ),
        POOLE_2016,
    ],
    frameworks={
        "PyTorch": "torch.nn.SiLU()",
        "Keras": "keras.activations.silu",
        "JAX": "jax.nn.silu",
        "ONNX": "Swish (alpha=1.0)",
    },
)

hard_swish = Activation(
    "Hard swish",
    Piecewise((0, x < -3), (x * (x + 3) / 6, x < 3), (x, True)),
    name="hard_swish",
    aliases=["hard SiLU"],
    number=33,
    family="smooth",
    idea="A parabola between two straight pieces: what an integer can carry.",
    builds_on=["relu", "silu"],
    references=[
        Reference(
            "Howard, A., Sandler, M., Chu, G., Chen, L.-C., Chen, B., Tan, M., "
            "Wang, W., Zhu, Y., Pang, R., Vasudevan, V., Le, Q. V. & Adam, H.",
            2019,
            "Searching for MobileNetV3",
            "ICCV, 1314–1324",
            "10.1109/ICCV.2019.00140",
        ),
    ],
    frameworks={
        "PyTorch": "torch.nn.Hardswish()",
        "Keras": "keras.activations.hard_swish",
        "JAX": "jax.nn.hard_swish",
        "ONNX": "HardSwish",
    },
)

softmax = VectorActivation(
    "Softmax",
    exp(z[i] / T) / Sum(exp(z[j] / T), (j, 1, n)),
    [
        Parameter(
            T,
            1,
            0.1,
            10,
            0.1,
            "divides the logits",
            domain=Interval.open(0, oo),
            name="temperature",
        ),
    ],
    name="softmax",
    aliases=["normalised exponential", "softargmax"],
    number=40,
    family="vector",
    idea="All outputs share one total, 1, so every output depends on every logit.",
    builds_on=["logistic"],
    references=[
        Reference(
            "Bridle, J. S.",
            1990,
            "Probabilistic interpretation of feedforward classification network "
            "outputs, with relationships to statistical pattern recognition",
            "Neurocomputing, NATO ASI F68, 227–236",
            "10.1007/978-3-642-76153-9_28",
        ),
        Reference(
            "Hinton, G., Vinyals, O. & Dean, J.",
            2015,
            "Distilling the knowledge in a neural network",
            doi="10.48550/arXiv.1503.02531",
        ),
        Reference(
            "Guo, C., Pleiss, G., Sun, Y. & Weinberger, K. Q.",
            2017,
            "On calibration of modern neural networks",
            "ICML, PMLR 70, 1321–1330",
            "10.48550/arXiv.1706.04599",
        ),
        Reference(
            "Blanchard, P., Higham, D. J. & Higham, N. J.",
            2021,
            "Accurately computing the log-sum-exp and softmax functions",
            "IMA Journal of Numerical Analysis 41(4), 2311–2330",
            "10.1093/imanum/draa038",
        ),
        Reference(
            "Vaswani, A., Shazeer, N., Parmar, N., Uszkoreit, J., Jones, L., "
            "Gomez, A. N., Kaiser, Ł. & Polosukhin, I.",
            2017,
            "Attention is all you need",
            "NIPS 30",
            "10.48550/arXiv.1706.03762",
        ),
    ],
    frameworks={
        "PyTorch": "torch.nn.Softmax(dim=None)",
        "Keras": "keras.activations.softmax(x, axis=-1)",
        "JAX": "jax.nn.softmax(x, axis=-1)",
        "ONNX": "Softmax (axis=-1)",
    },
)

swiglu = Activation(
    "Swish-gated linear unit (SwiGLU)",
    x / (1 + exp(-x)) * b,
    [Input(b, 1, -2, 2, 0.05, "the other sum")],
    name="swiglu",
    aliases=["swish GLU", "SiLU-gated linear unit"],
    number=50,
    family="gated",
    idea="Two sums are multiplied, SiLU(x)·b: two such units give a product exactly.",
    builds_on=["silu", "relu"],
    references=[
        Reference(
            "Dauphin, Y. N., Fan, A., Auli, M. & Grangier, D.",
            2017,
            "Language modeling with gated convolutional networks",
            "ICML, PMLR 70, 933–941",
            "10.48550/arXiv.1612.08083",
        ),
        Reference(
            "Shazeer, N.",
            2020,
            "GLU variants improve Transformer",
            "arXiv",
            "10.48550/arXiv.2002.05202",
        ),
        Reference(
            "Jayakumar, S. M., Czarnecki, W. M., Menick, J., Schwarz, J., Rae, J., "
            "Osindero, S., Teh, Y. W., Harley, T. & Pascanu, R.",
            2020,
            "Multiplicative interactions and where to find them",
            "ICLR",
            url="https://openreview.net/forum?id=rylnK6VtDH",
        ),
        Reference(
            "Yarotsky, D.",
            2017,
            "Error bounds for approximations with deep ReLU networks",
            "Neural Networks 94, 103–114",
            "10.48550/arXiv.1610.01145",
        ),
        Reference(
            "Touvron, H., Lavril, T., Izacard, G., Martinet, X., Lachaux, M.-A., "
            "Lacroix, T., Rozière, B., Goyal, N., Hambro, E., Azhar, F., "
            "Rodriguez, A., Joulin, A., Grave, E. & Lample, G.",
            2023,
            "LLaMA: open and efficient foundation language models",
            "arXiv",
            "10.48550/arXiv.2302.13971",
        ),
    ],
    frameworks={
        "PyTorch": "torch.nn.functional.silu(x) * b",
        "Keras": "keras.activations.silu(x) * b",
        "JAX": "jax.nn.silu(x) * b",
        "ONNX": "Swish (alpha=1.0), Mul",
    },
)

sine = Activation(
    "Sine",
    sin(omega * x),
    [
        Parameter(
            omega,
            1,
            0.1,
            10,
            0.1,
            "frequency",
            domain=Interval.open(0, oo),
        ),
    ],
    name="sine",
    aliases=["sin", "sinusoid", "SIREN"],
    number=60,
    family="periodic",
    idea="A wave: ω says which frequencies are learned first.",
    builds_on=["relu", "tanh"],
    references=[
        Reference(
            "Sitzmann, V., Martel, J. N. P., Bergman, A. W., Lindell, D. B. & "
            "Wetzstein, G.",
            2020,
            "Implicit neural representations with periodic activation functions",
            "NeurIPS 33",
            "10.48550/arXiv.2006.09661",
        ),
        Reference(
            "Zhumekenov, A., Uteuliyeva, M., Kabdolov, O., Takhanov, R., "
            "Assylbekov, Z. & Castro, A. J.",
            2019,
            "Fourier neural networks: a comparative study",
            "arXiv",
            "10.48550/arXiv.1902.03011",
        ),
        Reference(
            "Parascandolo, G., Huttunen, H. & Virtanen, T.",
            2017,
            "Taming the waves: sine as activation function in deep neural networks",
            url="https://openreview.net/forum?id=Sks3zF9eg",
        ),
        Reference(
            "Rahaman, N., Baratin, A., Arpit, D., Draxler, F., Lin, M., "
            "Hamprecht, F. A., Bengio, Y. & Courville, A.",
            2019,
            "On the spectral bias of neural networks",
            "ICML, PMLR 97, 5301–5310",
            "10.48550/arXiv.1806.08734",
        ),
        Reference(
            "Ziyin, L., Hartwig, T. & Ueda, M.",
            2020,
            "Neural networks fail to learn periodic functions and how to fix it",
            "NeurIPS 33",
            "10.48550/arXiv.2006.08195",
        ),
    ],
    frameworks={
        "PyTorch": "torch.sin(omega * x)",
        "Keras": "keras.ops.sin(omega * x)",
        "JAX": "jax.numpy.sin(omega * x)",
        "ONNX": "Mul, Sin",
    },
)

# The entries are the variables above, in this order; no other list names them.
CATALOGUE = MappingProxyType(
    {value.name: value for value in [*globals().values()] if isinstance(value, Entry)}
)
# The families in their order, and what each one brings: together they tell one story.
FAMILIES = MappingProxyType(
    {
        "no curve": "A sum, and nothing done to it: what the others are compared with.",
        "steps": "The first neurons said yes or no, and slopes could not teach them.",
        "sigmoids": "The step made smooth. Now slopes teach it, where it is not flat.",
        "rectifiers": "One side is never flat. What is to be done with the other?",
        "smooth": "The corner becomes a bend. "
        "Most are x times a gate, a number from 0 to 1 that x itself sets.",
        "vector": "A list goes in, shares of one total come out: for a last layer.",
        "gated": "The gate gets a sum of its own: two learned sums are multiplied.",
        "periodic": "Waves in place of one bend, for what is made of waves itself.",
        "across": "All of them: where to begin, and how they compare.",
    }
)
# The notebooks that are not about one function.
ACROSS = MappingProxyType(
    {
        "00-start-here": "Start here",
        "90-compare": "Which activation function for which job?",
        "91-train": "Which activation learns best, and how would you know?",
    }
)
# Ways through the collection: what is taken together, one step after the other, and
# why. Functions go by their names, other notebooks by those of their files.
ROUTES = MappingProxyType(
    {
        "A first course in three hours": {
            "00-start-here": "what a neuron is, and four ideas to stand on; "
            "what is headed “To look up” can wait",
            "logistic": "a curve that learns, and whose slopes vanish with depth",
            "relu": "a slope of 1 that does not fade, "
            "and one of 0 that teaches nothing",
            "softmax": "the last layer, in which answers share out one total",
        },
        "I meet transformers": {
            "softmax": "the layers of attention, in which words share out one total",
            "relu": "what stood between those layers in the first transformer",
            "gelu": "what BERT and GPT-2 have in its place, x times a chance",
            "silu": "a gate that x itself opens",
            "swiglu": "the same gate for another sum: Llama, Mistral, Qwen",
            "squared_relu": "another road, found by a search and taken by Nemotron",
            "90-compare": "its guide says what today’s models use, and why",
        },
        "Four lectures of 90 minutes, with slides": {
            "00-start-here logistic": "from one neuron to slopes that vanish",
            "relu softmax": "hidden layers that let slopes through, "
            "and an output that shares out a total",
            "gelu swiglu": "gates, one for the input itself, one for another sum",
            "sine 91-train": "what is learned first, which function learns best, "
            "and how one would know",
        },
    }
)
# Relatives without an entry, to be written as one's own: actlib.Activation(name, ...).
RELATIVES = MappingProxyType(
    {
        "gelu_tanh": x
        * (1 + hyperbolic_tangent(sqrt(2 / pi) * (x + Rational("0.044715") * x**3)))
        / 2,
        "hard_sigmoid": Max(0, Min(x / 6 + Rational(1, 2), 1)),
        "hard_tanh": Max(-1, Min(x, 1)),
        "mish": x * hyperbolic_tangent(log(1 + exp(x))),
        "quick_gelu": x / (1 + exp(-Rational("1.702") * x)),
        "relu6": Min(Max(0, x), 6),
    }
)
# What `import *` takes. Type checkers cannot follow `__all__ = list(...)`: they would
# see no entry. Without it they see all that is public here, entries among them.
globals()["__all__"] = list(CATALOGUE)
