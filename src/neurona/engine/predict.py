"""Predictor: a trained network ready to answer, with everything allocated once."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.engine import workspace
from neurona.engine.evaluation import evaluate
from neurona.engine.recipe import Recipe
from neurona.network import Network, Vector
from neurona.training.rows import Table, make_table


class Predictor:
    """Computes the outputs of a network for rows of inputs. Not for use by two threads at once.

    ValueError for weights that are not the network's.
    """

    def __init__(self, network: Network, weights: Vector, rows: int = 1) -> None:
        network.check_weights(weights)
        if weights.dtype != network.dtype or not weights.flags.c_contiguous:
            raise ValueError(f"{network!r} takes weights of {network.dtype} in one piece.")
        # views keep their shape, whatever becomes of the array
        self.network, self._weights = network, weights.view()
        self.block = workspace.block_rows(rows)
        self._options, _ = workspace.member_options(network)
        self._layout = workspace.make_layout(network, self.block, self._options)
        self._recipe = Recipe(
            loss=0, on_sums=False, loss_options=0, optimizer=0, optimizer_options=0, slots=0,
            needs_totals=False,
            l2=0.0, l1=0.0, clip_value=0.0, clip_norm=0.0, dropout=np.zeros(network.n_layers),
            seed=0,
            block=self.block, half=0, yield_at=0,
        )  # fmt: skip
        self._buffers = workspace.make_buffers(network, self.block, self.block)
        self._losses = np.zeros(1)
        self._empty = make_table(np.zeros((1, network.sizes[0])), None, None, network.dtype)
        self._evaluate = evaluate.at(
            network.dtype,
            *self._arguments(self._empty, np.zeros((1, network.sizes[-1]), network.dtype)),
        )

    def _arguments(self, table: Table, outputs: Vector) -> tuple[Any, ...]:
        return (
            self._layout, self._recipe, self._options, self._weights, table, self._buffers, outputs,
            self._losses, False,
        )  # fmt: skip

    def predict(self, X: Any) -> Vector:
        """Return the outputs (rows x outputs) for an array or CSR matrix of inputs.

        ValueError for rows of another length.
        """
        if len(X.shape) != 2 or X.shape[1] != self.network.sizes[0]:
            raise ValueError(
                f"{self.network!r} takes rows of {self.network.sizes[0]} inputs. Got the shape "
                f"{X.shape}."
            )
        outputs = np.empty((X.shape[0], self.network.sizes[-1]), self.network.dtype)
        plain = type(X) is np.ndarray and X.dtype == self.network.dtype and X.flags.c_contiguous
        table = (
            self._empty._replace(dense=X.view())
            if plain
            else make_table(X, None, None, self.network.dtype)
        )
        self._evaluate(*self._arguments(table, outputs))
        return outputs
