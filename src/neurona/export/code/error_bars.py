"""Error bars as statements: standard deviations and intervals behind the targets, as
`predict_uncertainty` and `predict_interval` have them.

Where errors on rows that no network saw are known, a deviation is their root mean square, or that
of the networks among themselves where it is larger, and an interval is as wide as a share of the
errors. Otherwise both come of the weights' posterior (`deviations.py`). Where the size of errors
depends on the inputs (`noise_scale.py`), both are in units of it.
"""

from __future__ import annotations

import numpy as np

from neurona.data.transforms import Transform
from neurona.errors import IncompatibleError
from neurona.export.code.deviations import root, write_deviations
from neurona.export.code.form import (
    Counter,
    Let,
    Loop,
    Name,
    Number,
    Output,
    Program,
    Put,
    Statement,
    less,
    number,
    pick,
    place,
)
from neurona.export.code.noise_scale import SIZE, write_sizes
from neurona.export.code.turned import LEARNED, turned_back
from neurona.export.source import Exportable
from neurona.network import Vector

i, j = Counter("i"), Counter("j")


def best_alone(model: Exportable, bars: bool) -> Exportable:
    """Return the model of its best network alone; IncompatibleError if error bars are asked for
    that only the mean of all has.
    """
    found = model.alone()
    if bars and model.has_error_bars and not found.has_error_bars:
        raise IncompatibleError(
            "The best network alone has no error bars, as those that are known are of the mean; "
            "leave --best-start out, or --std and --interval."
        )
    return found


def check_error_bars(model: Exportable, std: bool, coverage: float | None) -> None:
    """Raise IncompatibleError unless the error bars that are asked for can be said."""
    if not std and coverage is None:
        return
    flag = "--std" if std else "--interval"
    if coverage is not None and not 0 < coverage < 1:
        raise ValueError(f"interval must be in the range (0, 1). Got {coverage!r} instead.")
    if not model.has_error_bars:
        raise IncompatibleError(f"The model knows nothing of its uncertainty; leave {flag} out.")
    if model.errors is None and not model.counts_equally:
        raise IncompatibleError(
            f"Error bars of networks that count differently have no code; leave {flag} out, or say "
            "--best-start."
        )


def write_error_bars(
    program: Program, model: Exportable, source: str, std: bool, coverage: float | None
) -> tuple[Output, ...]:
    """Add the statements that put error bars of all targets behind them in `y`, first deviations,
    then lower and upper ends; returns what was added. Features are in `source`.
    """
    targets = len(model.answers.names)
    units = units_of(model)
    spreads = units if model.answers.scaling is None else np.array(model.answers.scaling.spread)
    last = targets
    size: Number | None = None
    if model.noise_scale is not None:
        write_sizes(program, model, source)
        size = place(SIZE, i)
    if std or model.measured is None:
        program.array("wide", targets)
        known = None
        if model.measured is not None:
            spread = np.broadcast_to(model.measured.spread, (targets,))
            known = place(program.table("held_out", spread**2), i)
            known = known if size is None else known * (size * size)
        if model.errors is None:
            write_deviations(program, model, source, "wide", known)
        else:
            assert known is not None
            _write_held_out(program, model, known, "wide")
    turned = None if model.answers.scaling is None else model.answers.scaling.transform
    if std:
        deviation = place("wide", i)
        if turned:
            low, high = _ends(program, turned, deviation)
            deviation = 0.5 * (high - low)
        program.body.append(Loop("i", targets, (Put("y", i + last, deviation),)))
        last += targets
    found = list(_outputs(model, "deviation", "", spreads)) if std else []
    if coverage is None:
        return tuple(found)
    half: Number
    if model.measured is None:
        half = place("wide", i) * deviations_wide(coverage)
    else:
        half = place(program.table("half_width", model.measured.half_width(coverage) * units), i)
        half = half if size is None else half * size
    low, high = place("y", i) - half, place("y", i) + half
    if turned:
        low, high = _ends(program, turned, half)
    ends = Put("y", i + last, low), Put("y", i + (last + targets), high)
    program.body.append(Loop("i", targets, ends))
    for end in ("lower", "upper"):
        found += _outputs(model, end, f"{end} end of the {100 * coverage:g} % interval", spreads)
    return tuple(found)


def _ends(program: Program, transform: Transform, half: Number) -> tuple[Number, Number]:
    """Return the ends of what is `half` to each side of what was learned, in the user's units."""
    middle = place(LEARNED, i)
    return (
        turned_back(program, transform, middle - half),
        turned_back(program, transform, middle + half),
    )


def units_of(model: Exportable) -> Vector:
    """Return how large a unit of what a network says is in those of what was learned."""
    scaling = model.answers.scaling
    scale = np.ones(len(model.answers.names)) if scaling is None else np.array(scaling.scale)
    return np.abs(scale)


def _outputs(model: Exportable, kind: str, said: str, units: Vector) -> list[Output]:
    pairs = zip(model.answers.names, units.tolist(), strict=True)
    return [Output(f"{name} {kind}", kind, unit, said=said, of=name) for name, unit in pairs]


def deviations_wide(coverage: float) -> float:
    """Return how many standard deviations half an interval of a normal law has."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + coverage / 2)


def _write_held_out(program: Program, model: Exportable, known: Number, target: str) -> None:
    """Add the deviations by errors on rows held out, of which `known` is the variance, in the
    targets' units.
    """
    targets, count = len(model.answers.names), len(model.networks)
    units = program.table("held_out_unit", units_of(model))
    apart, middle, least = Name("apart"), place("mean", i), Name("least")
    body: list[Statement] = [Let("apart", number(0.0))]
    if count > 1:
        shares = program.table("share", [network.share for network in model.networks])
        gap = place("each", j * targets + i) - middle
        grow = (
            Let("gap", gap),
            Let("apart", apart + place(shares, j) * Name("gap") * Name("gap"), True),
        )
        body.append(Loop("j", count, grow))
    program.body.append(
        Loop(
            "i",
            targets,
            (
                *body,
                Let("least", known),
                Let("variance", pick(less(apart, least), least, apart)),
                *root("variance"),
                Put(target, i, Name("root") * place(units, i)),
            ),
        )
    )
