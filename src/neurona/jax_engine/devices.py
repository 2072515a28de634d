"""Which device computes, how JAX is told to compute there, and what a device can hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import jax
import numpy as np

from neurona.errors import IncompatibleError
from neurona.jax_engine.epoch import Rows
from neurona.jax_engine.passes import Plan
from neurona.network import Network
from neurona.training.rows import Table, checked_table, dense_inputs

MIB = 2**20
EVALUATED = 65_536
"""Rows that are evaluated at a time."""
ORDER_BYTES = 4
"""What a row's place in an order takes."""
SHARE = 0.9
"""Of the memory that is free, as much may be planned for."""


@contextmanager
def computing() -> Iterator[None]:
    """Let JAX keep 64 bits, and all digits of a product, in this thread and this block.

    A person's own settings are what they were before and after.
    """
    with jax.enable_x64(True), jax.default_matmul_precision("highest"):
        yield


class Device:
    """One of JAX's devices: what is put there, and called there.

    Attributes
    ----------
    jax : jax.Device
    platform : str
        "cpu", "gpu" and so on.
    """

    def __init__(self, device: Any) -> None:
        self.jax, self.platform = device, device.platform

    def free(self, memory: float | None = None) -> float:
        """Return the bytes that may be used: `memory`, or those that are free; inf where nobody
        says.
        """
        if memory is not None:
            return memory
        said = self.jax.memory_stats()
        if said and "bytes_limit" in said:
            return float(said["bytes_limit"] - said.get("bytes_in_use", 0))
        if self.platform == "cpu":
            try:
                return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES"))
            except (AttributeError, ValueError, OSError):
                return float("inf")
        return float("inf")

    def put(self, values: Any) -> Any:
        """Return arrays on the device."""
        with computing():
            return jax.device_put(values, self.jax)

    def begin(self, function: Any, plan: Plan, *arguments: Any) -> Any:
        """Call a function, compiled for a plan; what it returns is there when it is asked for."""
        with computing(), jax.default_device(self.jax):
            return compiled(function, self.platform)(plan, *arguments)

    def call(self, function: Any, plan: Plan, *arguments: Any) -> Any:
        """Call a function, compiled for a plan, and wait for what it returns."""
        return jax.block_until_ready(self.begin(function, plan, *arguments))

    def blocks_of(self, table: Table, network: Network) -> list[Rows]:
        """Return the rows of any table, cut into blocks, all with a weight.

        ValueError for a table that a network cannot take.
        """
        checked = checked_table(table, network)
        count = len(checked.targets)
        weights = checked.weights if checked.weights.size else np.ones(count, network.dtype)
        whole = Rows(dense_inputs(checked), checked.targets, weights)
        return [
            self.put(Rows(*(one[at : at + EVALUATED] for one in whole)))
            for at in range(0, count, EVALUATED)
        ]


def fetched(*arrays: Any) -> list[Any]:
    """Return arrays of a device here, to be read only: all are on their way before one is waited
    for.
    """
    for one in arrays:
        one.copy_to_host_async()
    return [np.asarray(one) for one in arrays]


@cache
def compiled(function: Any, platform: str) -> Any:
    """Return a function compiled for each plan that it meets, its first argument."""
    options = {"xla_gpu_deterministic_ops": True} if platform != "cpu" else None
    return jax.jit(function, static_argnums=0, compiler_options=options)


def find_device(name: str) -> Device:
    """Return a device: "auto" is an accelerator where there is one, "cpu" and "cuda" are that.

    IncompatibleError if there is none.
    """
    try:
        return Device(jax.devices(None if name == "auto" else name)[0])
    except RuntimeError as error:
        found = ", ".join(sorted({one.platform for one in jax.devices()}))
        raise IncompatibleError(
            f"JAX finds no device {name!r} on this machine (it finds: {found}): use device='auto' "
            "or 'cpu', or install JAX for it (`pip install 'jax[cuda12]'`)."
        ) from error


def has_accelerator() -> bool:
    """Whether there is a device that is no CPU."""
    return any(one.platform != "cpu" for one in jax.devices())


def bytes_of(plan: Plan, rows: int, members: int, batch: int, tables: int = 1) -> float:
    """Return what a training holds on its device, counted: the rows, and of every member the order
    of the rows, the parameters with their gradient, state and a copy of each, and what a batch
    needs forward and back.
    """
    size = 8.0 if plan.dtype == "float64" else 4.0
    sizes, parameters = plan.sizes, plan.network().n_parameters
    table = tables * rows * (sizes[0] + sizes[-1] + 1)
    slots = 0 if plan.optimizer is None else len(plan.optimizer.state_names())
    moving = parameters * 2 * (2 + slots)
    # inputs and targets gathered; sums, values, slopes and errors of every layer
    passing = batch * (sizes[0] + sizes[-1] + 4 * sum(sizes[1:]))
    orders = 2 * ORDER_BYTES * rows  # one is on its way while another one is worked on
    return size * (table + members * (moving + passing)) + members * orders


def refuse_too_large(plan: Plan, rows: int, members: int, free: float, tables: int = 1) -> None:
    """Raise `IncompatibleError`, with what would fit, for what a device cannot hold."""
    allowed = SHARE * free
    needed = bytes_of(plan, rows, members, plan.batch, tables)
    if needed <= allowed:
        return
    if members > 1:
        raise IncompatibleError(
            f"{members:,} members need {needed / MIB:,.0f} MiB on the device, and "
            f"{allowed / MIB:,.0f} MiB are free."
        )
    without = bytes_of(plan, rows, 1, 0)
    of_row = (needed - without) / plan.batch
    fits = int((allowed - without) / of_row)
    way_out = (
        f"use batch_size={fits} or less, or engine='compiled'"
        if fits >= 1
        else "the rows alone do not fit; use engine='compiled'"
    )
    raise IncompatibleError(
        f"Batches of {plan.batch:,} rows of {rows:,} need {needed / MIB:,.0f} MiB on the device, "
        f"and {allowed / MIB:,.0f} MiB are free: {way_out}."
    )


def members_that_fit(plan: Plan, rows: int, wanted: int, free: float, tables: int = 1) -> int:
    """Return how many members, `wanted` at most, a device can hold at a time beside so many tables;
    one at least.
    """
    alone = bytes_of(plan, rows, 1, plan.batch, tables)
    of_one = bytes_of(plan, rows, 2, plan.batch, tables) - alone
    return int(max(1, min(wanted, 1 + (SHARE * free - alone) // of_one)))
