"""Autoencoder: a network that gives back its inputs through a narrow layer, the code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from functools import partial
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted

from neurona import metrics
from neurona.engine.choice import current_engine
from neurona.engine.workspace import BLOCK_ROWS
from neurona.errors import IncompatibleError
from neurona.estimators import choices
from neurona.estimators.available import available_if
from neurona.estimators.constructors import constructed
from neurona.estimators.containers import framed_rows
from neurona.estimators.fits import fits
from neurona.estimators.mlp.base import DTYPES, BaseMLP, is_sparse, takes_batches
from neurona.estimators.mlp.examples import Given
from neurona.estimators.mlp.parameters import CODER_PARAMETERS, QUANTITY_ATTRIBUTES, CodeParameters
from neurona.estimators.mlp.reference import Reference
from neurona.estimators.parameters import COUNT, Activations, Sizes
from neurona.estimators.validated import validated
from neurona.estimators.weights import row_weights
from neurona.inference.answers import converted
from neurona.network import Network, Vector, numbered
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.losses import LOSSES, Loss
from neurona.numerics.noise import NOISES, Noise
from neurona.training.loop import Training


@constructed(CODER_PARAMETERS, QUANTITY_ATTRIBUTES)
class Autoencoder(  # type: ignore[misc]
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseMLP, CodeParameters
):
    """Autoencoder: compresses rows to a few numbers, the code, and gives them back from it.

    The encoder's layers, then the code, then the decoder's, which mirror the encoder's. Trained to
    give back its inputs, it finds what their columns have in common; a row that it cannot give back
    is unlike those it was trained on. Columns should be of one scale (StandardScaler), unless they
    are in the same units; `TableAutoencoder` sees to that by itself.

    Penalties count tied weights once; a list of dropout rates has the code's among them; the
    validation score is that of `score`.

    Parameters
    ----------
    decoder_layer_sizes : array-like of int or int
        Units of the decoder's layers after the code; None mirrors the encoder.

    output_activation : str or Activation
        Of the outputs; None is the loss's own: identity, exp for poisson, logistic for
        binary_cross_entropy.

    Attributes
    ----------
    encoder_layers_ : int
        How many of coefs_ and intercepts_ are the encoder's.

    reference_ : Reference
        How large errors were on the validation rows, or on the training rows if there were none:
        what `anomaly_score` compares with.

    References
    ----------
    G. E. Hinton and R. R. Salakhutdinov, Reducing the dimensionality of data with neural networks,
    Science 313, 2006.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import Autoencoder
    >>> t = np.linspace(-1.5, 1.5, 300)
    >>> arc = np.column_stack([np.cos(t), np.sin(t), np.sin(2 * t)])
    >>> model = Autoencoder(1, (20,), "tanh", solver="lbfgs", max_iter=2000, random_state=0)
    >>> model.fit(arc).transform(arc).shape
    (300, 1)
    >>> model.score(arc) > 0.999
    True
    >>> model.anomaly_score([[1.0, 0.0, 0.0], [1.0, 0.0, 0.5]]) > 1
    array([False,  True])
    """

    _task: ClassVar[str] = "reconstruction"
    _score_name: ClassVar[str] = "explained_share"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "decoder_layer_sizes": ["array-like", COUNT, None]
    }

    combine: ClassVar[str] = "best"  # codes of several starts have no mean

    n_components: int = 2
    hidden_layer_sizes: Sizes = (100,)
    activation: Activations = "relu"
    _: KW_ONLY
    decoder_layer_sizes: Sizes | None = None

    # -- what BaseMLP asks

    def _hidden_shapes(self) -> list[list[int]]:
        code, decoder = int(self.n_components), self._decoder_sizes()
        return [
            [*encoder, code, *(encoder[::-1] if decoder is None else decoder)]
            for encoder in choices.hidden_shapes(self.hidden_layer_sizes)
        ]

    def _decoder_sizes(self) -> list[int] | None:
        """Return the sizes of the hidden layers after the code, None if they mirror the others."""
        given = self.decoder_layer_sizes
        return None if given is None else choices.hidden_sizes(given)

    def _count_before_code(self, hidden: int) -> int:
        """Return how many of the hidden layers come before the code."""
        decoder = self._decoder_sizes()
        return (hidden - 1) // 2 if decoder is None else hidden - 1 - len(decoder)

    def _network(self, sizes: list[int], output: Activation, dtype: Any) -> Network:
        layers = len(sizes) - 2
        before, given = self._count_before_code(layers), self.activation
        mirrored = self.decoder_layer_sizes is None
        if isinstance(given, list | tuple) and mirrored and len(given) == before:
            given = [*given, *reversed(given)]
        hidden = choices.hidden_activations(given, layers - 1)
        hidden.insert(before, ACTIVATIONS.find(self.code_activation))
        return Network(sizes, [*hidden, output], dtype, tied=bool(self.tied))

    def _noise(self) -> Noise | None:
        if self.noise is None:
            return None
        if choices.solver_of(self.solver) is not None:
            raise IncompatibleError(
                f"The noise is drawn anew every epoch, and the solver {self.solver!r} needs the "
                "same loss in all of them: use noise=None, or an optimizer of mini-batches such "
                "as 'adam'."
            )
        found: Noise = NOISES.find(self.noise)
        return found

    def _loss_and_output(self) -> tuple[Loss, Activation]:
        loss: Loss = LOSSES.find(self.loss)
        given = loss.link if self.output_activation is None else self.output_activation
        return loss, ACTIVATIONS.find(given)

    def _encode(self, X: Any, y: Any, incremental: bool, first: bool) -> tuple[Any, Vector]:
        X = self._rows(X, first)
        return X, _dense(X)

    def _encode_more(self, X: Any, y: Any) -> tuple[Any, Vector]:
        X = self._rows(X, False)
        return X, _dense(X)

    def given(self, X: Any, y: Any = None, sample_weight: Any = None, **held: Any) -> Given:
        """Return the arguments of `fit` as a value: rows are their own targets."""
        return Given(X, None, sample_weight, y_val=held.get("X_val"), **held)

    def _rows(self, X: Any, first: bool) -> Any:
        return validated(self, X, accept_sparse="csr", dtype=DTYPES, order="C", reset=first)

    def _score_of(self, targets: Vector, weights: Vector | None) -> Callable[[Vector], float]:
        return partial(metrics.explained_share, targets, weights=weights)

    def _trained(self, training: Training) -> None:
        self.encoder_layers_ = self._count_before_code(self.n_layers_ - 2) + 1
        put_aside = training.validation
        table = training.problem.table if put_aside is None else put_aside.table
        rows = np.sort(training.order) if put_aside is None else np.arange(put_aside.rows)
        weights = table.weights[rows] if table.weights.size else None
        self.reference_ = Reference.of(
            table.targets[rows], weights, self.learned().outputs, self.contamination
        )

    # -- fitting

    @fits
    def fit(  # type: ignore[override]
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Any:
        """Fit the network to give back the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Rows; float32 trains in float32, anything else in float64.

        y : ignored

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss.

        X_val : as X, default=None
            Rows to validate on after every epoch. Without them `early_stopping=True` puts a share
            of X aside.

        sample_weight_val : array-like of shape (n_val,), default=None
            Their weights.

        Returns
        -------
        self : object
        """
        held = {"X_val": X_val, "sample_weight_val": sample_weight_val}
        return self._fit(self.given(X, None, sample_weight, **held))

    @available_if(takes_batches)
    @fits
    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """Train one more epoch on these rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : ignored
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        self : object
        """
        return self._fit_more(self.given(X, None, sample_weight))

    # -- use

    def transform(self, X: Any) -> Vector:
        """Return the codes of the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        codes : ndarray of shape (n_samples, n_components), in the dtype of training
            Or the frame that `set_output` asks for, with the index of X.
        """
        return self.codes(X)

    def codes(self, X: Any) -> Vector:
        """Return the codes of the rows of X as an array, whatever `set_output` asks for."""
        rows = self._validated_inputs(X)
        return self._through(0, self.encoder_layers_, rows)

    def inverse_transform(self, X: Any) -> Any:
        """Return the rows that codes stand for.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)

        Returns
        -------
        rows : ndarray of shape (n_samples, n_features), in the dtype of training
            Or the frame that `set_output` asks for, with the index of X.
        """
        return self._framed(self.decoded(X), X)

    def decoded(self, X: Any) -> Vector:
        """Return the rows that codes stand for as an array, whatever `set_output` asks for."""
        check_is_fitted(self, "coefs_")
        codes = check_array(X, dtype=DTYPES, order="C", estimator=self, input_name="X")
        if codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"X has {codes.shape[1]} columns, but the codes of this {type(self).__name__} have "
                f"{self._n_features_out}: pass what transform returns."
            )
        return self._through(self.encoder_layers_, self.n_layers_ - 1, codes)

    def reconstruct(self, X: Any) -> Any:
        """Return what is left of the rows of X when they went through the code and back.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        rows : ndarray of shape (n_samples, n_features), in the dtype of training
            Or the frame that `set_output` asks for, with the index of X.
        """
        return self._framed(self.outputs(X), X)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Return the share of the variance of X that survives the code: 1 is all of it.

        It is 1 - sum of squared errors / sum of squared deviations from the columns' means, and
        that of PCA with all its components is 1, of the means alone 0.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : ignored
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        share : float, at most 1
        """
        rows = self._validated_inputs(X)
        weights = None if sample_weight is None else row_weights(sample_weight, rows, np.float64)
        outputs = self.learned().outputs(rows)
        return metrics.explained_share(_dense(rows), outputs, weights=weights)

    def reconstruction_error(self, X: Any) -> Vector:
        """Return each row's mean squared difference from its reconstruction.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        errors : ndarray of shape (n_samples,), float64, in squared units of X
        """
        errors: Vector = self.squared_errors(X).mean(axis=1)
        return errors

    def anomaly_score(self, X: Any) -> Vector:
        """Return how unlike the rows seen in `fit` each row is: above 1, more than all but the
        share `contamination` of them.

        The squared error of each column is measured by that column's usual one, so that a column
        which is never given back well does not drown the others; their mean is divided by its
        quantile over the validation rows (the training rows, if there were none).

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        scores : ndarray of shape (n_samples,), float64, at least 0
        """
        squares = self.squared_errors(X)
        return self.reference_.scores(squares)

    def column_errors(self, X: Any) -> Any:
        """Return each cell's squared error by its column's usual one: which column is odd.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        errors : ndarray of shape (n_samples, n_features), float64; 1 is usual
            Or the frame that `set_output` asks for, with the index of X.
        """
        squares = self.squared_errors(X)
        return self._framed(self.reference_.errors(squares), X)

    def squared_errors(self, X: Any) -> Vector:
        """Return the squared difference of each number from its reconstruction (rows x inputs)."""
        rows = self._validated_inputs(X)
        difference = _dense(rows).astype(np.float64) - self.learned().outputs(rows)
        with np.errstate(over="ignore"):
            squares: Vector = difference**2
        return squares

    def _framed(self, rows: Vector, given: Any) -> Any:
        names = getattr(self, "feature_names_in_", numbered("x", rows.shape[1]))
        return framed_rows(self, rows, names, given)

    def _through(self, first: int, last: int, X: Any) -> Vector:
        """Carry validated rows through some of the layers, whose weights lie in one piece."""
        learned = self.learned()
        network, weights = learned.network, learned.weights
        part = Network(
            network.sizes[first : last + 1], network.activations[first:last], network.dtype
        )
        own = weights[network.offsets[first] : network.offsets[last]]
        predictor = current_engine().answerer(part, own, min(X.shape[0], BLOCK_ROWS))
        return predictor.predict(converted("X", X, network.dtype))

    @property
    def _n_features_out(self) -> int:
        return int(self.coefs_[self.encoder_layers_ - 1].shape[1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        double = choices.trains_in_double(self.solver)
        tags.transformer_tags.preserves_dtype = ["float64"] if double else ["float64", "float32"]
        return tags


def _dense(X: Any) -> Vector:
    rows: Vector = X.toarray() if is_sparse(X) else X
    return rows
