"""What each command that edits does to a course."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from neurona.datasets.catalog import CATALOG, Generated
from neurona.laboratory import commands
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import growing
from neurona.laboratory.session.material import erased_within
from neurona.laboratory.session.spec import DataSpec, State
from neurona.laboratory.session.world import World

if TYPE_CHECKING:
    from neurona.laboratory.session.course import Course

Change = Callable[["Course", Any], Any]
CHANGES: dict[type[commands.Command], Change] = {}
Made = TypeVar("Made", bound=Change)


def change(form: type[commands.Command]) -> Callable[[Made], Made]:
    """Decorator: this is what a command does."""

    def add(function: Made) -> Made:
        CHANGES[form] = function
        return function

    return add


def _given(command: commands.Command) -> dict[str, Any]:
    """Return the fields that a command names."""
    fields = {one.name: getattr(command, one.name) for one in dataclasses.fields(command)}
    return {name: value for name, value in fields.items() if value is not None}


# -- data


@change(commands.TableUse)
def use_table(course: Course, command: commands.TableUse) -> None:
    """Begin on another set."""
    generated = isinstance(CATALOG.get(command.set), Generated)
    state = course.state
    data = DataSpec(
        source=command.set,
        rows=command.rows if generated else None,
        noise=command.noise if generated else None,
        seed=command.seed,
        share=state.data.share,
        split_seed=state.data.split_seed,
    )
    net = state.net.drawn(loss=None)
    course.begin_anew(State(data, net, state.method))


@change(commands.TableSplit)
def split_table(course: Course, command: commands.TableSplit) -> None:
    """Begin with other rows held out."""
    state = course.state
    data = replace(state.data, share=command.share, split_seed=command.seed, model=())
    course.begin_anew(replace(state, data=data))


@change(commands.TableScale)
def scale_table(course: Course, command: commands.TableScale) -> None:
    """Begin with numbers shifted and divided, or as they stand."""
    state = course.state
    data = replace(state.data, scaled=command.on)
    course.begin_anew(replace(state, data=data, net=state.net.drawn()))


@change(commands.TableRole)
def give_role(course: Course, command: commands.TableRole) -> None:
    """Begin with a column left out, taken in, or predicted."""
    state = course.state
    data = state.data
    left_out = tuple(one for one in data.ignored if one != command.column)
    targets = tuple(one for one in data.targets if one != command.column)
    if command.role == "out":
        data = replace(data, ignored=(*left_out, command.column), targets=targets)
    elif command.role in ("target", "also"):
        if not data.file:
            raise Refused("A set has its own target.", "role")
        before = data.targets or course.world.material.targets
        others = before if command.role == "also" else ()
        named = (*(one for one in others if one != command.column), command.column)
        data = replace(data, ignored=left_out, targets=named)
    else:
        if not targets and command.column in course.world.material.targets:
            raise Refused("Something must be predicted: choose another target first.", "role")
        data = replace(data, ignored=left_out, targets=targets)
    data = replace(data, model=(), prepared=())
    course.begin_anew(replace(state, data=data, net=state.net.drawn()))


@change(commands.TablePaint)
def paint(course: Course, command: commands.TablePaint) -> None:
    """Go on with points added or taken away."""
    found = course.world.material
    data = found.spec
    if command.erase is not None:
        gone = erased_within(found, command.erase)
        data = replace(data, erased=tuple(sorted({*data.erased, *gone})))
    if command.points:
        if data.erased:  # numbers of rows stay those of the rows that were there
            raise Refused("Points are painted before any are taken out; begin anew for more.")
        data = replace(data, painted=(*data.painted, *command.points))
    if data == found.spec:
        return
    world = course.world_of(State(data, course.world.net, course.method))
    if world.network.sizes != course.world.network.sizes:
        raise Refused("With these points the network would have other inputs or outputs.")
    course.carry_over(world, growing.same_network)


# -- network


@change(commands.NetworkSet)
def set_network(course: Course, command: commands.NetworkSet) -> None:
    """Begin with another network."""
    given = _given(command)
    net = course.state.net
    if "hidden" in given and "activation" not in given:
        usual = net.activation[-1:] or ("tanh",)
        given["activation"] = (*net.activation, *usual * 20)[: len(given["hidden"])]
    elif len(given.get("activation", ())) == 1:
        given["activation"] *= len(given.get("hidden", net.hidden))
    other = net.drawn(**given) if given.keys() - {"loss"} else replace(net, **given)
    course.begin_anew(replace(course.state, net=other))


@change(commands.NetworkGrow)
def grow(course: Course, command: commands.NetworkGrow) -> None:
    """Go on with a unit, or a layer, more."""
    net, layer = course.world.net, command.layer
    if not 0 <= layer < len(net.hidden):
        raise Refused(f"There are {len(net.hidden)} hidden layers.", "layer")
    if command.new:
        after = layer + 1
        hidden = (*net.hidden[:after], net.hidden[layer], *net.hidden[after:])
        activation = (*net.activation[:after], "identity", *net.activation[after:])
        world = _other_world(course, hidden=hidden, activation=activation)
        course.carry_over(world, growing.one_layer_more(layer))
        return
    world = _other_world(course, hidden=_with(net.hidden, layer, net.hidden[layer] + 1))
    seed = len(course.edits) + 1
    course.carry_over(world, growing.one_unit_more(layer, world.net.seed + seed))


def _other_world(course: Course, **given: Any) -> World:
    """Return the rows with another network; what it begins with does not matter."""
    net = course.world.net.drawn(**given)
    return course.world_of(State(course.world.material.spec, net))


@change(commands.NetworkShrink)
def shrink(course: Course, command: commands.NetworkShrink) -> None:
    """Go on with a unit less."""
    net, layer = course.world.net, command.layer
    if not 0 <= layer < len(net.hidden) or not 0 <= command.unit < net.hidden[layer]:
        raise Refused("There is no such unit.", "unit")
    if net.hidden[layer] == 1:
        raise Refused("A layer has one unit at least.", "unit")
    world = _other_world(course, hidden=_with(net.hidden, layer, net.hidden[layer] - 1))
    course.carry_over(world, growing.one_unit_less(layer, command.unit))


def _with(sizes: tuple[int, ...], place: int, size: int) -> tuple[int, ...]:
    return (*sizes[:place], size, *sizes[place + 1 :])


@change(commands.WeightSet)
def set_weight(course: Course, command: commands.WeightSet) -> float:
    """Set one weight, at once; answers what it is now."""
    network = course.training.network
    if command.layer >= network.n_layers:
        raise Refused(f"The network has {network.n_layers} layers of weights.", "layer")
    weights = course.training.weights.copy()
    matrices, biases = network.views(weights)
    matrix, bias = matrices[command.layer], biases[command.layer]
    if command.to >= bias.size:
        raise Refused(f"The layer has {bias.size} units.", "to")
    if isinstance(command.source, str):
        bias[command.to] = command.value
        course.set_weights(weights)
        return float(bias[command.to])
    if command.source >= len(matrix):
        raise Refused(f"The layer has {len(matrix)} inputs.", "source")
    matrix[command.source, command.to] = command.value
    course.set_weights(weights)
    return float(matrix[command.source, command.to])


@change(commands.WeightsDraw)
def draw_weights(course: Course, command: commands.WeightsDraw) -> None:
    """Begin with other first weights."""
    state = course.state
    course.begin_anew(replace(state, net=state.net.drawn(seed=command.seed)))


# -- method and training


@change(commands.MethodSet)
def set_method(course: Course, command: commands.MethodSet) -> None:
    """Go on with another method."""
    given = _given(command)
    if "options" in given:
        given["options"] = tuple(sorted(given["options"].items()))
    elif "solver" in given and given["solver"] != course.method.solver:
        given["options"] = ()
    if "patience" in given:
        given["patience"] = given["patience"] or None
    course.set_method(replace(course.method, **given))


@change(commands.TrainStop)
def stop(course: Course, command: commands.TrainStop) -> None:
    """Take the best weights seen on the held-out rows, if they are wanted."""
    best = course.training.best_weights
    if command.keep == "best" and best is not None and not np.array_equal(
        best, course.training.weights
    ):  # fmt: skip
        course.set_weights(best)


@change(commands.TrainReset)
def reset(course: Course, command: commands.TrainReset) -> None:
    """Begin again with the first weights, or with others."""
    state = course.state
    if command.seed is not None:
        state = replace(state, net=state.net.drawn(seed=command.seed))
    course.begin_anew(state)


@change(commands.TimeFork)
def fork(course: Course, command: commands.TimeFork) -> None:
    """Go back, and on from there."""
    course.fork(command.branch, command.epoch)


@change(commands.EditUndo)
def undo(course: Course, _: commands.EditUndo) -> None:
    """Take the last change back."""
    course.undo()
