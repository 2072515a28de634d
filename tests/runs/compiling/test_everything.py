"""What is compiled ahead: a part for everything that is registered, counted beforehand."""

from __future__ import annotations

import pytest

from neurona.compiled import kernel
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS, find
from neurona.runs.compiling.everything import all_parts, parts_of, warm


def test_every_registered_member_is_a_part():
    names = {part.name for part in parts_of("float32")}
    for concept, registry in (("activation", ACTIVATIONS), ("loss", LOSSES)):
        assert all(f"{concept} {n}" in names for n in registry if n != "softmax")
    assert all(f"optimizer {n}" in names for n in OPTIMIZERS if not find(n).full_batch)


@pytest.mark.skipif(kernel.PLAIN, reason="nothing is compiled")
def test_every_part_is_told_before_its_turn():
    told = []
    found = warm(["float64"], lambda number, count, name: told.append((number, count, name)))
    names = [part.name for part in all_parts(["float64"])]
    assert told == [(k, len(names), name) for k, name in enumerate(names, 1)]
    assert found["parts"] == len(names) and len(set(names)) == len(names)
