"""How large errors are by the inputs, as statements: the network of the sizes of all targets."""

from __future__ import annotations

from neurona.export.code.form import Number, Program, place
from neurona.export.code.layers import write_layer
from neurona.export.code.turned import LEARNED
from neurona.export.source import Exportable

SIZE = "sizes"
"""The work array of the targets' sizes."""


def write_sizes(program: Program, model: Exportable, source: str) -> None:
    """Add the statements that put the sizes of all targets into `SIZE`; features are in `source`,
    answers in `y`.
    """
    found, features = model.sizes_by_inputs(), len(model.features)
    program.array("telling", len(found.inputs))
    for k, place_of in enumerate(found.inputs):
        own = (
            place(source, place_of) if place_of < features else _output(model, place_of - features)
        )
        program.put("telling", k, own)
    first, last = found.layers
    write_layer(program, first, "size_1", "telling", "corners")
    write_layer(program, last, "size_2", "corners", SIZE)


def _output(model: Exportable, target: int) -> Number:
    """Return what the networks put out for a target."""
    scaling = model.answers.scaling
    if scaling is None:
        return place("y", target)
    said = place(LEARNED if scaling.transform else "y", target)
    return (said - scaling.center[target]) / scaling.scale[target]
