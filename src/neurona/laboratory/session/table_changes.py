"""What commands for one's own rows do to a course."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import growing
from neurona.laboratory.session.changes import change
from neurona.laboratory.session.material import POINTS, read_numbers
from neurona.laboratory.session.shelf import is_hash
from neurona.laboratory.session.spec import DataSpec, State

if TYPE_CHECKING:
    from neurona.laboratory.session.course import Course


@change(c.TableFile)
def use_file(course: Course, command: c.TableFile) -> None:
    """Begin on a file that was handed over."""
    if not is_hash(command.sha256):
        raise Refused("A file is named by its SHA-256, 64 digits and letters a to f.", "sha256")
    state = course.state
    data = DataSpec(
        source=command.name,
        file=True,
        sha256=command.sha256,
        targets=command.targets,
        task=command.task,
        share=state.data.share,
        split_seed=state.data.split_seed,
    )
    net = state.net.drawn(loss=None)
    course.begin_anew(State(data, net, state.method))


@change(c.TableTask)
def set_task(course: Course, command: c.TableTask) -> None:
    """Begin with the target as a quantity, or as a class."""
    state = course.state
    if not state.data.file and state.data.source != POINTS:
        raise Refused("A set has its own task.", "task")
    data = replace(state.data, task=command.task, model=(), prepared=())
    course.begin_anew(replace(state, data=data, net=state.net.drawn(loss=None)))


@change(c.RowExclude)
def exclude(course: Course, command: c.RowExclude) -> None:
    """Go on without some rows, or with them again."""
    found = course.world.material
    numbers = set(read_numbers(found, command.rows))
    known = set(found.spec.excluded)
    data = replace(
        found.spec,
        excluded=tuple(sorted(known - numbers if command.back else known | numbers)),
    )
    if data == found.spec:
        return
    world = course.world_of(State(data, course.world.net, course.method))
    if world.network.sizes != course.world.network.sizes:
        raise Refused("Without these rows the network would have other inputs or outputs.", "rows")
    course.carry_over(world, growing.same_network)
