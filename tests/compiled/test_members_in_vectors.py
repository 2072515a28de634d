"""Members compute with whole vectors at every level of processor, or stand here with the reason."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numba.core.codegen import CPUCodeLibrary

from neurona.compiled import members
from neurona.compiled.kernel import PLAIN
from neurona.numerics.activations import ACTIVATIONS, multiply_by_slope
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.base import StepOptimizer
from tests.compiled.assembly import TARGETS, assembled, is_packed, is_single, loops

pytestmark = pytest.mark.skipif(PLAIN, reason="nothing is compiled")
LEVELS = ("x86-64-v2", "x86-64-v3", "x86-64-v4", "neoverse-n1")
ONE_BY_ONE = {
    "identity.apply": "copies, and computes nothing",
    "seeds": "a number a row, as far apart as there are outputs, once an iteration of second order",
}
"""Which members may compute one by one, and why."""


def all_members():
    """Every member of ours by name: the function, and its kind."""
    yield "multiply_by_slope", multiply_by_slope, members.CHAIN
    for name in ACTIVATIONS:
        activation = ACTIVATIONS.find(name)
        yield f"{name}.apply", activation.apply, members.APPLY
        yield f"{name}.chain", activation.chain, members.CHAIN
    for name in LOSSES:
        loss = LOSSES.find(name)
        yield f"{name}.on_sums", loss.on_sums, members.LOSS
        yield f"{name}.on_values", loss.on_values, members.LOSS
        yield f"{name}: seeds", loss.seeds_on_sums, members.SEED
    for name in OPTIMIZERS:
        optimizer = OPTIMIZERS.find(name)
        if isinstance(optimizer, StepOptimizer):
            yield f"{name}.update", optimizer.update, members.UPDATE


@pytest.fixture(scope="module")
def texts():
    """LLVM's text of every member in float32, before it is optimised for this processor."""
    found, seen = {}, set()
    with pytest.MonkeyPatch.context() as patch:
        latest = []

        def keep(library):
            latest[:] = [str(library._final_module)]

        patch.setattr(CPUCodeLibrary, "_optimize_final_module", keep)
        for name, function, kind in all_members():
            if function is not None and function not in seen:
                seen.add(function)
                latest.clear()
                members.compiled(function, kind, np.dtype("float32"), kept=False)
                found[name] = latest[0]
    return found


FUSED = re.compile(
    r"(%\S+) = (?:tail )?call (?:\w+ )*float @llvm\.fma\.f32"
    r"\(float ([^,]+), float ([^,]+), float ([^)]+)\)"
)


def without_fused(text):
    """The text as it is made for a processor that cannot multiply and add at once."""
    count = iter(range(10**6))

    def two(match):
        result, a, b, c = match.groups()
        product = f"%product_{next(count)}"
        return f"{product} = fmul float {a}, {b}\n  {result} = fadd float {product}, {c}"

    return FUSED.sub(two, text)


@pytest.mark.parametrize("name", LEVELS)
def test_members_compute_with_vectors(name, texts):
    target = TARGETS[name]
    alone = set()
    for member, text in texts.items():
        found = loops(assembled(target, text if target.level.fused else without_fused(text)))
        packed = max((sum(map(is_packed, loop)) for loop in found), default=0)
        rest = max(
            (sum(map(is_single, loop)) for loop in found if not any(map(is_packed, loop))),
            default=0,
        )
        # what is left over is done one by one, by a loop that may be unrolled twice
        if packed == 0 or 2 * packed < rest:
            alone.add(member)
    allowed = {member for member in texts if any(member.endswith(key) for key in ONE_BY_ONE)}
    assert alone <= allowed
    assert "identity.apply" in alone
