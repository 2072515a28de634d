"""What other tools call what has a name here: MATLAB, Keras, PyTorch, scikit-learn, SciPy, XGBoost.

These words are offered where a name is unknown, and not taken: `nearest` compares them without case
and marks, so that "LeakyReLU" and "leaky-relu" need no word of their own.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(**names: str) -> Mapping[str, str]:
    return {word: name for name, words in names.items() for word in words.split(", ")}


ACTIVATIONS = _words(
    identity="linear, purelin, none, no activation, id",
    logistic="sigmoid, logsig, sigm, expit, log-sigmoid",
    tanh="tansig, hyperbolic tangent, tan-sigmoid, elliotsig",
    relu="poslin, rectifier, rectified linear, rectlin, relu6",
    leaky_relu="lrelu, prelu, rrelu",
    silu="swish, swish1, hardswish",
    step="hardlim, hardlims, heaviside, threshold, sign, binary step",
    exp="exponential",
    softmax="softargmax, normalized exponential, compet",
    bounded="satlin, satlins, clip, hardsigmoid, hardtanh",
)
LOSSES = _words(
    squared_error="mse, sse, rmse, l2, ls, l2loss, mseloss, mean squared error, squared loss, "
    "least squares, quadratic, gaussian, reg:squarederror",
    absolute_error="mae, sae, l1, lad, l1loss, mean absolute error, reg:absoluteerror",
    huber="smooth l1, smoothl1loss, smooth mae, reg:pseudohubererror",
    log_cosh="logcoshloss",
    quantile="pinball, pinball loss, reg:quantileerror",
    poisson="poissonnll, poissonnllloss, count:poisson",
    binary_cross_entropy="bce, bceloss, bcewithlogits, log loss, logloss, logistic, "
    "binary:logistic, crossentropy, cross entropy",
    categorical_cross_entropy="cce, nll, nllloss, softmax, multi:softmax, "
    "sparse categorical crossentropy, mlogloss",
)
SOLVERS = {
    **_words(
        lm="trainlm, levenberg, marquardt, levenberg marquardt, levmar",
        lbfgs="l-bfgs-b, trainoss, limited memory bfgs, lbfgs solver",
        bfgs="trainbfg, quasi-newton, quasinewton",
        scg="trainscg, scaled conjugate gradient",
        cg="traincgp, traincgb, conjugate gradient, polak ribiere",
        newton="newton raphson",
    ),
    **dict.fromkeys(("trainbr", "trainbu", "bayesian", "bayes", "bayesian lm"), "bayesian-lm"),
    **dict.fromkeys(("bayesian regularization", "brnn", "evidence"), "bayesian-lm"),
    **dict.fromkeys(("traincgf", "fletcher reeves"), "cg-fletcher-reeves"),
    **dict.fromkeys(("hestenes stiefel",), "cg-hestenes-stiefel"),
    **dict.fromkeys(("traingd", "traingda", "steepest descent", "gd"), "gradient-descent"),
    **dict.fromkeys(("batch gradient descent",), "gradient-descent"),
    **dict.fromkeys(("newton conjugate gradient", "trust-ncg", "truncated newton"), "newton-cg"),
    **dict.fromkeys(("gauss newton", "gn"), "gauss-newton"),
}
OPTIMIZERS = _words(
    sgd="stochastic gradient descent, backprop, backpropagation, trains, online",
    momentum="sgdm, traingdm, traingdx, heavy ball",
    nesterov="nag, nesterov momentum",
    adam="adaptive moment estimation, adam optimizer",
    adamw="decoupled weight decay",
    rprop="trainrp, resilient, resilient propagation, rprop+",
)
SCHEDULES = _words(
    reduce_on_plateau="reducelronplateau, plateau",
    step="steplr, piecewise, multisteplr, staircase",
    exponential="exponentiallr, exponentialdecay",
    cosine="cosineannealing, cosineannealinglr, cosinedecay",
    one_cycle="onecyclelr, 1cycle",
    warm_up="linear warmup, linearlr",
    constant="none, constantlr, fixed",
    invscaling="inverse scaling, inverse time decay, optimal",
)
NOISES = _words(
    gaussian="normal, gaussian noise, gauss", masking="dropout, mask, salt and pepper, zero"
)
LINE_SEARCHES = {
    **dict.fromkeys(("wolfe", "srchcha", "charalambous", "more-thuente"), "strong-wolfe"),
    **dict.fromkeys(("brent", "srchbre", "golden section", "srchgol"), "exact"),
}
INITIALIZERS = _words(
    glorot_uniform="xavier, glorot, xavier uniform",
    glorot_normal="xavier normal",
    he_uniform="kaiming, he, kaiming uniform",
    he_normal="kaiming normal",
    lecun_uniform="lecun",
    scikit_learn="sklearn, default",
    nguyen_widrow="initnw",
)
METRICS = _words(
    rmse="mse, root mean squared error, std error",
    mae="mean absolute error",
    r2="r squared, r2 score, rsquared, coefficient of determination",
    accuracy="acc, score",
    balanced_accuracy="balanced accuracy score, f1",
    log_loss="cross entropy, nll, logloss",
)
GATES = _words(
    AND="&, &&, conjunction, both", OR="|, ||, disjunction, either", NOT="!, ~, inverter"
)
KINDS_OF_COLUMNS = {
    "number": "numeric",
    "text": "category",
    "class": "category",
    "bool": "boolean",
    "duration": "time",
    "id": "id-like",
}
"""A command line takes these words, too."""
