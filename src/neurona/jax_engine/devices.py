"""Which device computes, how JAX is told to compute, and what a device can hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax

from neurona.errors import IncompatibleError
from neurona.jax_engine.passes import Plan

MIB = 2**20
SHARE = 0.9
"""Of the memory that is free, as much may be planned for."""


@contextmanager
def computing() -> Iterator[None]:
    """Let JAX keep 64 bits, and all digits of a product, in this thread and this block.

    A person's own settings are what they were before and after.
    """
    with jax.enable_x64(True), jax.default_matmul_precision("highest"):
        yield


def find_device(name: str) -> Any:
    """Return a device: "auto" is an accelerator where there is one, "cpu" and "cuda" are that.

    IncompatibleError if there is none.
    """
    try:
        return jax.devices(None if name == "auto" else name)[0]
    except RuntimeError as error:
        found = ", ".join(sorted({one.platform for one in jax.devices()}))
        raise IncompatibleError(
            f"JAX finds no device {name!r} on this machine (it finds: {found}): use device='auto' "
            "or 'cpu', or install JAX for it (`pip install 'jax[cuda12]'`)."
        ) from error


def has_accelerator() -> bool:
    """Whether there is a device that is no CPU."""
    return any(one.platform != "cpu" for one in jax.devices())


def free_memory(device: Any) -> float:
    """Return the bytes that are free on a device; inf where nobody says."""
    said = device.memory_stats()
    if said and "bytes_limit" in said:
        return float(said["bytes_limit"] - said.get("bytes_in_use", 0))
    if device.platform == "cpu":
        try:
            return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES"))
        except (AttributeError, ValueError, OSError):
            return float("inf")
    return float("inf")


def bytes_of(plan: Plan, rows: int, parameters: int, batch: int) -> float:
    """Return what a training holds on its device, counted: the rows, the parameters with their
    gradient, state and a copy of each, and what a batch needs forward and back.
    """
    size = 8.0 if plan.dtype == "float64" else 4.0
    sizes = plan.sizes
    table = rows * (sizes[0] + sizes[-1] + 1)
    slots = 0 if plan.optimizer is None else len(plan.optimizer.state_names())
    moving = parameters * 2 * (2 + slots)
    # inputs and targets gathered; sums, values, slopes and errors of every layer
    passing = batch * (sizes[0] + sizes[-1] + 4 * sum(sizes[1:]))
    return size * (table + moving + passing)


def refuse_too_large(plan: Plan, rows: int, parameters: int, free: float) -> None:
    """Raise `IncompatibleError`, with the batch that would fit, for what a device cannot hold."""
    allowed = SHARE * free
    needed = bytes_of(plan, rows, parameters, plan.batch)
    if needed <= allowed:
        return
    without = bytes_of(plan, rows, parameters, 0)
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
