"""The layout of the flat weight vector."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.network import (
    CHUNK,
    FIRST_ROW,
    FIRST_STRIP,
    FIRST_WEIGHT,
    LAST_ROW,
    LAST_STRIP,
    LAST_WEIGHT,
    LAYER,
    TILE_ROWS,
    Network,
)
from neurona.numerics.activations import Identity, Tanh

networks = st.builds(
    lambda sizes, dtype: Network(sizes, [Tanh()] * (len(sizes) - 1), dtype),
    st.lists(st.integers(1, 300), min_size=2, max_size=5),
    st.sampled_from([np.float32, np.float64]),
)
symmetric = st.builds(
    lambda half, code, dtype: Network(
        [*half, code, *half[::-1]], [Tanh()] * (2 * len(half)), dtype, tied=True
    ),
    st.lists(st.integers(1, 60), min_size=1, max_size=3),
    st.integers(1, 60),
    st.sampled_from([np.float32, np.float64]),
)
a_few = settings(max_examples=40, deadline=None)


@a_few
@given(networks)
def test_parameters_there_and_back(network):
    parameters = np.arange(1, network.n_parameters + 1).astype(network.dtype)
    weights = network.from_parameters(parameters)
    assert weights.dtype == network.dtype
    assert weights.size == network.size
    np.testing.assert_array_equal(network.parameters(weights), parameters)
    assert np.count_nonzero(weights) == network.n_parameters  # no two places are the same
    np.testing.assert_array_equal(network.pack(*network.views(weights)), weights)


@a_few
@given(symmetric)
def test_tied_parameters_there_and_back(network):
    parameters = np.arange(1, network.n_parameters + 1).astype(network.dtype)
    weights = network.from_parameters(parameters)
    np.testing.assert_array_equal(network.parameters(weights), parameters)
    matrices, _ = network.views(weights)
    for k, matrix in enumerate(matrices):
        assert network.is_mirror(k) == (k >= len(matrices) // 2)
        np.testing.assert_array_equal(matrix, matrices[network.twin(k)].T)
    own = sum(n * m for n, m in zip(network.sizes, network.sizes[1:], strict=False)) // 2
    assert network.n_parameters == own + sum(network.sizes[1:])
    starts, biases = network.parameter_places()
    for k, (start, n) in enumerate(zip(starts, network.sizes, strict=False)):
        first = matrices[k] if not network.is_mirror(k) else matrices[k].T
        assert parameters[start] == first[0, 0]
        assert parameters[biases[k]] == network.views(weights)[1][k][0]
        assert n == matrices[k].shape[0]


@a_few
@given(networks)
def test_views_are_live_and_have_the_shapes_of_the_layers(network):
    weights = np.zeros(network.size, network.dtype)
    matrices, biases = network.views(weights)
    shapes = list(zip(network.sizes, network.sizes[1:], strict=False))
    assert [matrix.shape for matrix in matrices] == shapes
    assert [bias.shape for bias in biases] == [(m,) for _, m in shapes]
    for view in (*matrices, *biases):
        view[...] = 1
    assert weights.sum() == network.n_parameters


@a_few
@given(networks)
def test_chunks_cover_every_weight_once(network):
    strips, chunks = network.strips()
    assert chunks[0, FIRST_WEIGHT] == 0
    assert chunks[-1, LAST_WEIGHT] == network.size
    np.testing.assert_array_equal(chunks[1:, FIRST_WEIGHT], chunks[:-1, LAST_WEIGHT])
    np.testing.assert_array_equal(chunks[1:, FIRST_STRIP], chunks[:-1, LAST_STRIP])
    widest = max(network.widths[1:])
    sizes = chunks[:, LAST_WEIGHT] - chunks[:, FIRST_WEIGHT]
    assert (sizes[:-1] >= CHUNK).all()
    assert (sizes < 2 * CHUNK + TILE_ROWS * widest).all()
    for chunk in chunks:
        at = chunk[FIRST_WEIGHT]
        for strip in strips[chunk[FIRST_STRIP] : chunk[LAST_STRIP]]:
            k, width = strip[LAYER], network.widths[strip[LAYER] + 1]
            assert at == network.offsets[k] + strip[FIRST_ROW] * width
            assert strip[FIRST_ROW] % TILE_ROWS == strip[LAST_ROW] % TILE_ROWS == 0
            at += (strip[LAST_ROW] - strip[FIRST_ROW]) * width
        assert at == chunk[LAST_WEIGHT]


def test_pack_by_hand():
    network = Network((2, 3), [Identity()], np.float64)
    weights = network.pack([[[1, 2, 3], [4, 5, 6]]], [[7, 8, 9]])
    np.testing.assert_array_equal(weights.reshape(8, 8)[:3, :3], [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert network.parameters(weights).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert network.n_parameters == 9
    assert repr(network) == "Network(2-3; identity; float64)"


def test_every_layer_needs_an_activation():
    with pytest.raises(ValueError, match=r"^2 layers need as many activations. Got 1.$"):
        Network((3, 4, 2), [Tanh()], np.float32)
