"""The program of a small network comes to the numbers of the loop of XLA's, member by member.

On a machine with a GPU it runs there; elsewhere Pallas interprets every third case (all with
`NEURONA_EVERY_PAIR=1`), and of the others what a GPU would be given is made, in Triton's words.
`pytest -m gpu` is the set to run where there is a GPU.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from inspect import signature

import numpy as np
import pytest

from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.state import MEMORY
from neurona.training.engine import EngineTask
from neurona.training.problem import Regularisation
from neurona.training.rows import make_table
from tests.engine.problems import make_network, make_targets, random_weights
from tests.jax_engine.test_equal import CARE, HIDDEN, OUTPUTS, TOLERANCES, pairs

jax = pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")
pytestmark = pytest.mark.gpu

ROWS, BATCH, MEMBERS = 46, 10, 3
QUICKLY = {"xla_backend_optimization_level": 0}
"""How an interpreter, whose speed is nobody's, is compiled in two thirds of the time."""


def task_of(network, loss="squared_error", optimizer="adam", batch=BATCH, k=0):
    """Return a plan and what its functions are given: members with weights, orders, rates of their
    own, of which the second has fewer rows, and the last none.
    """
    from neurona.jax_engine.epoch import Moving, Rows
    from neurona.jax_engine.plans import plan_of, rules_of

    random, steps = np.random.RandomState(k), -(-ROWS // batch)
    inputs = random.normal(size=(ROWS, network.sizes[0]))
    targets = make_targets(loss, random, ROWS, network.sizes[-1])
    weights = np.linspace(0.5, 2, ROWS) if k % 3 == 0 else None
    table = make_table(inputs, targets, weights, network.dtype)
    care, method = Regularisation(**CARE[k % len(CARE)]), OPTIMIZERS.find(optimizer)
    task = EngineTask(network, LOSSES.find(loss), method, table, batch, care, 1, False)
    parameters = network.parameters(random_weights(network))
    state = np.zeros((MEMBERS, len(method.state_names()), parameters.size), network.dtype)
    moving = Moving(
        np.stack([parameters, parameters * 0.9, parameters * 1.1]).astype(network.dtype),
        state, np.zeros((MEMBERS, MEMORY)),
    )  # fmt: skip
    order = np.zeros((MEMBERS, steps * batch), np.int32)
    order[:, :ROWS] = [random.permutation(ROWS) for _ in range(MEMBERS)]
    rates = np.linspace(0.002, 0.004, MEMBERS * steps).reshape(MEMBERS, steps)
    rules = jax.tree.map(lambda one: np.repeat(one, MEMBERS), rules_of(care))
    return plan_of(task, "cpu"), (
        rules, Rows(table.dense, table.targets, table.weights), moving, order,
        np.array([ROWS, 33, 0]), rates, np.array([0, 7, 3]), np.ones((MEMBERS, 4)),
    )  # fmt: skip


def has_gpu():
    from neurona.jax_engine.devices import find_device

    return find_device("auto").platform != "cpu"


def on_paper():
    """Return a context in which JAX takes a GPU for present, where it asks for one (0.12)."""
    of_paper = getattr(jax.sharding, "AbstractDevice", None)
    if has_gpu() or of_paper is None or "platform" not in signature(of_paper).parameters:
        return nullcontext()
    device = of_paper("NVIDIA H100 80GB HBM3", None, "gpu")
    return jax.sharding.use_abstract_mesh(jax.sharding.AbstractMesh((), (), abstract_device=device))


def lowered(plan, given):
    """Return the program as a GPU's compiler is given it."""
    from neurona.jax_engine import program
    from neurona.jax_engine.devices import computing

    with computing(), on_paper():
        whole = jax.jit(partial(program.train_members, plan))
        return whole.trace(*given).lower(lowering_platforms=("cuda",)).as_text()


def run(plan, given):
    """Run the program, on the GPU if there is one."""
    from neurona.jax_engine import program
    from neurona.jax_engine.devices import computing, find_device

    device = find_device("auto")
    if device.platform != "cpu":
        return device.call(program.train_members, plan, *given)
    with computing():
        interpreted = partial(program.train_members, plan, interpret=True)
        return jax.jit(interpreted, compiler_options=QUICKLY)(*given)


def assert_same(plan, given):
    from neurona.jax_engine.calls import train_in_turn
    from neurona.jax_engine.devices import find_device

    expected = find_device("cpu").call(train_in_turn, plan, *given)
    found, near = run(plan, given), TOLERANCES[plan.dtype]
    before = np.asarray(given[2].parameters)
    moved = np.abs(np.asarray(found[0].parameters) - before).max(axis=1)
    assert moved[0] > 1e-6 and moved[2] == 0
    for ours, theirs in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=10 * near, atol=near)


@pytest.mark.parametrize(("optimizer", "loss", "k", "dtype"), pairs())
def test_a_program_trains_as_the_loop_does(optimizer, loss, k, dtype):
    hidden = [HIDDEN[(2 * k + at) % len(HIDDEN)] for at in range(2)]
    network = make_network((4, 6, 5, 3), [*hidden, OUTPUTS.get(loss, "identity")], dtype)
    batch = ROWS if OPTIMIZERS.find(optimizer).full_batch else BATCH
    plan, given = task_of(network, loss, optimizer, batch, k)
    if k % 3 and not os.environ.get("NEURONA_EVERY_PAIR") and not has_gpu():
        assert "func" in lowered(plan, given)
    else:
        assert_same(plan, given)


def test_tiles_that_are_multiplied_as_matrices():
    network = make_network((20, 40, 18, 3), ["tanh", "relu", "identity"], "float32")
    assert_same(*task_of(network, batch=32, k=1))


def test_a_loss_that_is_not_finite_ends_a_members_piece():
    network = make_network((4, 6, 3), ["exp", "identity"], "float32")
    plan, given = task_of(network)
    given[2].parameters[0] *= 1e4  # exp of that is infinite in the first batch
    moving, totals, done = run(plan, given)
    assert list(np.asarray(done)) == [0, 4, 0] and np.all(np.asarray(totals)[0] == 1)
    np.testing.assert_array_equal(np.asarray(moving.parameters)[0], given[2].parameters[0])


def test_what_does_not_fit_into_registers_is_known():
    from neurona.jax_engine import program
    from neurona.jax_engine.passes import Plan

    def fits(sizes, **changes):
        activations = [ACTIVATIONS.find("tanh")] * (len(sizes) - 1)
        adam, loss = OPTIMIZERS.find("adam"), LOSSES.find("squared_error")
        flags = False, False, False
        plan = Plan(sizes, (*activations,), "float32", False, loss, adam, 32, (), *flags)
        return program.fits(plan._replace(**changes))

    assert fits((8, 30, 1)) and fits((8, 64, 64, 1))
    assert not fits((64, 128, 64, 1)) and not fits((4, 6, 4), tied=True)
    assert not fits((8, 30, 1), batch=4096) and not fits((8, 30, 1), optimizer=None)


def test_a_jax_without_triton_trains_by_the_loop(monkeypatch):
    from jax.experimental import pallas

    from neurona.jax_engine import calls

    plan, _ = task_of(make_network((3, 4, 2), ("tanh", "identity")))
    ways = [calls.way_to_train(plan, platform, 3) for platform in ("cpu", "cuda")]
    assert ways == [calls.train_in_turn, calls.program_of_a_gpu().train_members]
    monkeypatch.delattr(pallas, "triton")
    monkeypatch.setitem(sys.modules, "jax.experimental.pallas.triton", None)
    monkeypatch.delitem(sys.modules, "neurona.jax_engine.program")
    ways = [calls.way_to_train(plan, "cuda", count) for count in (1, 3)]
    assert ways == [calls.train_alone, calls.train_in_turn]


def test_a_training_on_a_cpu_does_not_wait_for_the_program_of_a_gpu():
    code = (
        "import sys, numpy as np; from neurona import MLPRegressor;"
        "X = np.arange(12.0)[:, None];"
        "MLPRegressor(engine='jax', max_iter=2).fit(X, X[:, 0]);"
        "print(*(name for name in sys.modules if 'jax' in name and 'pallas' in name))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_epochs_of_one_call_are_those_one_after_the_other():
    """Of three members the second has no finite loss, and the third an epoch less."""
    from neurona.jax_engine.calls import from_numbers, train_in_turn
    from neurona.jax_engine.devices import computing
    from neurona.jax_engine.program import train_members

    plan, given = task_of(make_network((3, 4, 2), ("tanh", "identity")), k=1)
    rules, rows, moving, order, _, rates, _, _ = given
    sizes, counts, epochs = np.array([ROWS, ROWS, 33]), np.array([3, 3, 2]), 3
    moving.parameters[1] = np.nan
    orders = np.stack([np.roll(order, 7 * k, axis=0)[:, ::-1] for k in range(epochs)], axis=1)
    orders = np.ascontiguousarray(orders % 33)
    all_rates = np.stack([rates, 0.9 * rates, 0.8 * rates], axis=1)
    first, totals = np.array([0, 0, 9]), np.zeros((MEMBERS, epochs, 4))
    own = np.column_stack([np.transpose(rules), sizes, counts, first, np.zeros(MEMBERS)])
    flat = totals.reshape(MEMBERS, -1), all_rates.reshape(MEMBERS, -1)
    numbers, alive = np.concatenate([own, *flat], axis=1), np.ones(MEMBERS, bool)
    with computing():
        program = train_members if has_gpu() else partial(train_members, interpret=True)
        for train in (train_in_turn, program):
            call = jax.jit(from_numbers(train), static_argnums=0)
            moved, alive_after, trail, came = call(plan, rows, moving, alive, orders, numbers)
            expected, steps = moving, -(-sizes // BATCH)
            one = jax.jit(partial(train_in_turn, plan))
            for k in range(epochs):
                last = np.where(k < counts, sizes, 0)
                before = first + k * steps
                expected, sums, done = one(
                    rules, rows, expected, orders[:, k], last, all_rates[:, k], before, totals[:, k]
                )
                np.testing.assert_allclose(trail[k], expected.parameters, rtol=1e-10)
                np.testing.assert_allclose(came[k, :, :4], sums, rtol=1e-10)
                np.testing.assert_array_equal(came[k, :, 4], done)
            np.testing.assert_array_equal(alive_after, [True, False, True])
            np.testing.assert_array_equal(came[:, :, 4], [[5, 0, 4], [5, 0, 4], [5, 0, 0]])
            np.testing.assert_allclose(moved.state, expected.state, rtol=1e-10, atol=1e-15)
