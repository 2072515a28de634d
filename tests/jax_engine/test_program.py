"""The program of a small network comes to the numbers of the loop of XLA's, member by member.

On a machine with a GPU it runs there; elsewhere Pallas interprets it, and what a GPU would be given
is made, in Triton's words. `pytest -m gpu` is the set to run where there is a GPU.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from neurona.engine.choice import using_engine
from neurona.optimizers import OPTIMIZERS
from tests.engine.problems import make_network, make_problem
from tests.jax_engine.test_equal import CARE, HIDDEN, OUTPUTS, TOLERANCES, pairs

jax = pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")
pytestmark = pytest.mark.gpu

ROWS, BATCH, MEMBERS = 46, 10, 3


def task_of(network, loss="squared_error", optimizer="adam", batch=BATCH, k=0):
    """Return a plan and what its functions are given: members with weights, orders, rates of their
    own, of which the second has fewer rows, and the last none.
    """
    from neurona.jax_engine.engine import JaxEngine
    from neurona.jax_engine.epoch import Moving

    weights = np.linspace(0.5, 2, ROWS) if k % 3 == 0 else None
    with using_engine(JaxEngine("cpu")):
        problem, _, _ = make_problem(
            network, loss, optimizer, ROWS, batch, row_weights=weights, **CARE[k % len(CARE)]
        )
    members = problem.session._members
    members._settle()
    random, steps = np.random.RandomState(k), -(-ROWS // batch)
    moving = Moving(
        *(np.concatenate([np.asarray(one) * share for share in (1, 0.9, 1.1)])
          for one in members._moving)
    )  # fmt: skip
    order = np.zeros((MEMBERS, steps * batch), np.int32)
    order[:, :ROWS] = [random.permutation(ROWS) for _ in range(MEMBERS)]
    rates = np.linspace(0.002, 0.004, MEMBERS * steps).reshape(MEMBERS, steps)
    rules = jax.tree.map(lambda one: np.repeat(one, MEMBERS), members._rules)
    return members.plan, (
        rules, members.rows, moving, order, np.array([ROWS, 33, 0]), rates,
        np.array([0, 7, 3]), np.ones((MEMBERS, 4)),
    )  # fmt: skip


def run(plan, given):
    """Run the program, on the GPU if there is one."""
    from neurona.jax_engine import program
    from neurona.jax_engine.devices import computing, find_device

    device = find_device("auto")
    if device.platform != "cpu":
        return device.call(program.train_members, plan, *given)
    with computing():
        whole = jax.jit(partial(program.train_members, plan))
        assert whole.trace(*given).lower(lowering_platforms=("cuda",)).as_text()
        return jax.jit(partial(program.train_members, plan, interpret=True))(*given)


def assert_same(plan, given):
    from neurona.jax_engine.devices import find_device
    from neurona.jax_engine.members import train_in_turn

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
    assert_same(*task_of(network, loss, optimizer, batch, k))


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_tiles_that_are_multiplied_as_matrices(dtype):
    network = make_network((20, 40, 18, 3), ["tanh", "relu", "identity"], dtype)
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

    def fits(sizes, **changes):
        names = ["tanh"] * (len(sizes) - 2) + ["identity"]
        plan, _ = task_of(make_network(sizes, names, "float32"), batch=32)
        return program.fits(plan._replace(**changes))

    assert fits((8, 30, 1)) and fits((8, 64, 64, 1))
    assert not fits((64, 128, 64, 1)) and not fits((4, 6, 4), tied=True)
    assert not fits((8, 30, 1), batch=4096) and not fits((8, 30, 1), optimizer=None)
