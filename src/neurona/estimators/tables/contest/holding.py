"""Holding a contest for a table's estimator, and making the model of who wins."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.data.encoders import Numeric
from neurona.data.table import Column
from neurona.engine.threads import available_threads
from neurona.errors import StopReason
from neurona.estimators.mlp import fitting, outcome
from neurona.estimators.tables.clear import rows_in_words
from neurona.estimators.tables.contest.candidates import EFFORTS, FOLDS, Effort
from neurona.estimators.tables.contest.clock import Clock
from neurona.estimators.tables.contest.combining import Winners
from neurona.estimators.tables.contest.contest import Contest
from neurona.estimators.tables.contest.entries import Entries, pieces_for
from neurona.estimators.tables.contest.judging import Beside
from neurona.estimators.tables.contest.levels import columns_of
from neurona.estimators.tables.contest.noise import noise_of
from neurona.estimators.tables.contest.ways import ways_of
from neurona.estimators.tables.learning import OUT_OF_FOLD, Lesson
from neurona.estimators.tables.plan import STACK, Task, is_bayesian
from neurona.estimators.tables.time_budget import seconds_given
from neurona.estimators.warn import warn_user
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.learned import Judged
from neurona.inference.learned_weights import LearnedWeights
from neurona.inference.members import Member
from neurona.inference.prediction_sets import class_errors
from neurona.training.callbacks import as_callbacks


def hold_contest(model: Any, lesson: Lesson, outputs: Column, weights: Column | None) -> Lesson:
    """Try candidates on a lesson's rows, and make the winners the model's network.

    `outputs` are the targets as networks say them (rows x outputs), `weights` those of the rows,
    of their classes too.
    """
    seconds, threads = seconds_given(model), model.n_threads or available_threads()
    clock = None if seconds is None else Clock(seconds, lesson.began, threads)
    effort = EFFORTS[model.effort] if clock is None else clock.effort()
    entries = entries_of(model, lesson, outputs, weights, effort)
    network, given = model.network_, lesson.arguments()
    follow = None
    if is_bayesian(model.plan_.solver):
        follow = fitting.assigned(network, network.given(**given), False, [])
    task, width = entries.task, entries.wide.width
    also = [way.candidate(task, width, effort) for way in ways_of(model.also)]
    contest = Contest(entries, follow, clock, also)
    model.contest = contest  # which the start of a training tells of
    callbacks = as_callbacks(network.callbacks)
    try:
        with warnings.catch_warnings():  # which scikit-learn's trees in threads leave as they like
            winners = contest.run(callbacks, threads)
    finally:
        del model.contest
    model.candidates_ = winners.judged
    model.notes_ += [in_words(winners.judged), *contest.timing.in_words()]
    if winners.line is not None and not winners.line.clear:
        model.notes_.append(no_better_than_line(winners.line))
    if winners.answers is not None:
        setattr(model, OUT_OF_FOLD, (winners.rows, winners.answers))
        if entries.task.loss.has_noise:
            found = noise_of(entries, winners)
            if found is not None:
                model.noise_scale_ = found.scale
                model.notes_ += found.in_words(model.target_names_)
    if winners.alone:
        fitting.take_over_all(network, winners.outcome)
        if not entries.task.loss.has_noise:
            model.held_out_errors_ = errors_of(entries, winners)
        return lesson
    take_over(model, entries, winners)
    if winners.outcome.reason == StopReason.INTERRUPTED:
        warn_user("Training interrupted by user.")
    if winners.answers is None:
        return replace(lesson, matrix=entries.wide_matrix)
    judged = winners.rows
    model.held_out_errors_ = errors_of(entries, winners)
    return replace(
        lesson,
        matrix=entries.wide_matrix,
        values=lesson.values[judged],
        out_of_fold=winners.answers,
    )


def errors_of(entries: Entries, winners: Winners) -> HeldOutErrors:
    """Return how far quantities, or the probabilities of what came, were off on rows not seen."""
    truth, said = entries.outputs[winners.rows], winners.answers
    assert said is not None
    if entries.task.loss.has_noise:
        return HeldOutErrors.of(said - truth)
    return HeldOutErrors.of(class_errors(said, truth, entries.task.output.sums_to_one))


def entries_of(
    model: Any, lesson: Lesson, outputs: Column, weights: Column | None, effort: Effort
) -> Entries:
    """Return what the contest is held over."""
    narrow, table = model.preparation_, lesson.table
    assert table is not None
    wide, wide_matrix = narrow, lesson.matrix
    numbers = sum(type(one) is Numeric for one in narrow.encoders)
    bins = 0 if model.bins else pieces_for(narrow, numbers)
    if bins and numbers:
        encoders = tuple(one.in_pieces(table, bins) for one in narrow.encoders)
        wide = replace(narrow, encoders=encoders)
        wide_matrix = wide.transform(table, np.float32)
    task = model.task_of(len(outputs))
    return Entries(
        task=task._replace(columns_of_trees=columns_of(narrow), rarer=rarer_of(task, outputs)),
        effort=effort,
        narrow=narrow,
        wide=wide,
        matrix=lesson.matrix,
        wide_matrix=wide_matrix,
        targets=lesson.targets,  # type: ignore[arg-type]
        outputs=outputs,
        weights=weights,
        folds=list(lesson.folds[:FOLDS]),
        again=lesson.folds[FOLDS:],
        seed=int(lesson.words["random_state"]),
        network=lambda words: model.new_network({**words, "verbose": False}),
        given_weights=lesson.weights,
    )


def rarer_of(task: Task, outputs: Column) -> int | None:
    """Return how many rows have the rarer of two classes; None of all else."""
    if task.loss.has_noise or outputs.shape[1] > 1:
        return None
    on = int(outputs.sum())
    return min(on, len(outputs) - on)


def take_over(model: Any, entries: Entries, winners: Winners) -> None:
    """Make the stacked networks the model's."""
    network, done = winners.model, winners.outcome
    shown = model.network_.callbacks, model.network_.verbose
    outcome.take_over(network, done.training, done.reason)
    network.subject().trained(done.training)
    members: list[Member] = winners.members
    first = max(members, key=lambda one: one.share)
    outcome.take_over_starts(network, done.starts, done.best)
    # an optimizer's numbers are those of the network that was trained, not of one on all columns
    standing = replace(network.standing(), optimizer=None)
    network.adopt(LearnedWeights(first.network, first.weights, members), standing)
    network.n_features_in_ = first.network.sizes[0]
    network.n_layers_ = len(first.network.sizes)
    network.combine = "average"
    network.set_params(callbacks=shown[0], verbose=shown[1])
    network.solver_, network.solver_reason_ = network.solver, "by folds"
    model.network_ = network
    model.preparation_ = entries.wide
    shapes = list(dict.fromkeys(one.network.sizes[1:-1] for one in members))
    model.plan_ = model.plan_._replace(
        solver=getattr(network.solver, "name", network.solver),
        hidden_layer_sizes=shapes if len(shapes) > 1 else shapes[0],
        activation=network.activation,
        n_starts=len(members),
        combine=STACK,
        initializer=network.initializer,
        iterations=network.max_iter,
        reason=f"by {FOLDS} folds: what each counts was found on rows that it did not see",
    )


def no_better_than_line(line: Beside) -> str:
    """Return that all together are not clearly better than a straight line, in a sentence."""
    said = (
        f"The model is not clearly better than a straight line: its loss on {line.rows:,} rows not "
        f"seen is {line.together:.4g}, that of the line {line.alone:.4g}"
    )
    if line.needed is None:
        return f"{said}; what bends finds nothing more in these rows."
    return f"{said}; about {rows_in_words(line.needed)} would tell."


def in_words(judged: list[Judged]) -> str:
    """Return what became of the candidates, in a sentence."""
    parts = ", ".join(
        f"{one.name} {one.loss:.4g} ({one.weight:.0%})"
        if math.isfinite(one.loss)
        else f"{one.name} not judged"
        for one in judged
    )
    said = f"Tried on {FOLDS} folds, loss on rows not seen and weight: {parts}."
    constant, *others = judged
    if constant.weight < 1 or all(one.loss >= constant.loss for one in others):
        return said
    return (
        f"{said} Less than the constant's is no more than chance: networks on mini-batches keep "
        "the epoch that did best on these very rows."
    )
