"""Candidates: the ways in which a table may be learned, and what each costs.

Costs are multiplications, counted beforehand: what is tried depends on the size of the table, never
on the clock.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.estimators.automatic import hidden_sizes, iteration_cost
from neurona.estimators.tables.contest.boosting import MOST_TREES, Boosting, are_readable
from neurona.estimators.tables.contest.lenses import RELEVANCE, THRESHOLDS
from neurona.estimators.tables.contest.thresholds import MOST
from neurona.estimators.tables.plan import Task
from neurona.network import count_parameters
from neurona.optimizers import AdamW
from neurona.optimizers.solve.bayesian_lm import BayesianLM

FOLDS = 5
FEW_ROWS = 100
"""Rows below which a line whose inputs are all held back alike competes, and each fold is begun
several times: one Bayesian network of few rows is often no more than a bad start.
"""
FEW_STARTS = 3
SECOND = 2e10
"""Multiplications of a second of one core, in double precision; in single precision twice."""


class Effort(NamedTuple):
    """How much work may be done, in seconds of one core: of all mini-batch networks of one kind,
    and of all networks with second-order steps.
    """

    steps: float
    curvature: float


EFFORTS = {"normal": Effort(10.0, 5.0), "thorough": Effort(100.0, 50.0)}


class Candidate(NamedTuple):
    """A way to learn: its name, how far it is believed in beforehand, the network's parameters,
    whether it sees numbers in pieces, too, in how many folds it is tried (those of several sets
    counted together), which is the first of them, through which lens it sees rows (see `lenses`),
    how often each fold is begun, and whether one on all rows predicts for those of the folds. One
    without parameters always says the same.
    """

    name: str
    prior: float
    words: dict[str, Any] | None
    pieces: bool = False
    folds: int = FOLDS
    first: int = 0
    lens: str | Boosting = ""
    starts: int = 1
    whole: bool = False


CONSTANT, LINE, RIDGE, BAYESIAN = "constant", "linear", "ridge", "bayesian-lm"
WIDE, DEEP, STEPS = "silu 128-128", "relu 128-128-128", "thresholds 128-128-128"
LEAVES = "leaves"
_SHARED = {"n_threads": 1, "tol": 0.0}
LEAST_EPOCHS, MOST_EPOCHS = 20, 256
FEW_EPOCHS = 64
"""Where no more are affordable the mini-batch networks meet in one fold first."""
LONGER = 2.0
"""What the better one's epochs become if no other is trained in the folds that are left: these are
epochs of two.
"""
SETS = {"normal": 2, "thorough": 3}
"""Into how many sets of folds rows are divided; small tables have time for all of them."""
TOGETHER = 2
"""Sets whose networks are one candidate; in a third they are held back."""
HELD_DECAY, HELD_DROPOUT = 1.0, 0.2
"""What some networks are held back by: those of a third set of folds, and, of many rows, those that
meet the others.
"""
FINE_RATE, FINE_EPOCHS = 1e-3, 30
"""How the last layer is trained behind leaves, where it begins with what trees add up to."""
GROWN, GROWN_OF_FEW = Boosting(trees=150, rate=0.1, leaves=16), Boosting(trees=200, rate=0.1)
GROWN_OF_QUANTITIES = GROWN._replace(trees=300, kept=384)
"""How trees are grown of many rows of classes, of fewer, and of many rows of quantities, which more
leaves tell better.
"""
RARER = 100
"""Rows of the rarer class (a fifth of them in each fold) from which leaves of boosted trees follow
the networks of small tables: those that say how many trees are enough judge them, too.
"""
ROWS_OF_CLASSES, VALUES_OF_QUANTITIES = 300, 1000
"""Rows of labels and of more than two classes from which they do, and how many values all rows have
together of one quantity or several.
"""
LEAST_TREES = 100
"""Trees of an output; where there is no time for so many, leaves do not compete."""
CELL = 100.0
"""Multiplications in whose time a tree looks at a value of a column."""
LEAST_PATIENCE = 32
"""Epochs without a better result that a mini-batch network is given at least."""
SAMPLES = 128_000
"""Rows that a mini-batch network sees of a small table: 2,000 steps of 64."""
MOST_LINE = 2.0
"""Seconds up to which lines are found by their evidence."""
BAYESIAN_ITERATIONS = 100


def simple(task: Task) -> list[Candidate]:
    """Return what every other is measured by: always the same answer, and a straight line; of few
    rows, whose evidence knows little of each single input, also one that holds all back alike.
    """
    size = count_parameters((task.inputs, task.outputs))
    cost = FOLDS * 20 * iteration_cost(task.rows, task.outputs, size) / SECOND
    words: dict[str, Any] = {"hidden_layer_sizes": (), **_SHARED}
    if cost <= MOST_LINE:
        words |= {"solver": "bayesian-lm", "max_iter": 100}
    else:
        words |= {"solver": "lbfgs", "max_iter": 200, "alpha": 1.0, "tol": 1e-6}
    found = [Candidate(CONSTANT, 0.5, None), Candidate(LINE, 1.0, words, whole=True)]
    if task.rows < FEW_ROWS and cost <= MOST_LINE:
        alike = {**words, "solver": BayesianLM(relevance=False)}
        found.append(Candidate(RIDGE, 1.0, alike, whole=True))
    return found


def bayesian(task: Task, effort: Effort) -> list[Candidate]:
    """Return small networks whose regularisation the evidence sets, of one layer and of two, as far
    as there is time for them: of large tables, which tell enough by one fold, in one only.
    """
    if not task.loss.is_likelihood or task.loss.seeds(task.output) is None:
        return []
    found, left = [], effort.curvature * SECOND
    starts = FEW_STARTS if task.rows < FEW_ROWS else 1
    for hidden in hidden_sizes(_rows(task), task.inputs, task.outputs):
        size = count_parameters((task.inputs, *hidden, task.outputs))
        cost = starts * BAYESIAN_ITERATIONS * iteration_cost(task.rows, task.outputs, size)
        folds = FOLDS if FOLDS * cost <= left else 1
        left -= folds * cost
        if left < 0:
            break
        words = {
            "hidden_layer_sizes": hidden,
            "activation": "tanh",
            "solver": "bayesian-lm",
            "max_iter": BAYESIAN_ITERATIONS,
            "initializer": "nguyen_widrow",
            **_SHARED,
        }
        name = f"{BAYESIAN} {'-'.join(map(str, hidden))}"
        found.append(Candidate(name, 1.0, words, folds=folds, starts=starts))
    return found


def wide(task: Task, width: int, effort: Effort) -> Candidate:
    """Return two wide layers, trained on mini-batches of `width` inputs: numbers in pieces too, and
    each column by its relevance, unless many rows tell it.
    """
    words = words_in_steps(task, width, (128, 128), "silu", 2e-3, effort)
    few = words["max_iter"] > FEW_EPOCHS
    return Candidate(WIDE, 1.0, words, True, lens=RELEVANCE if few else "")


def deep(task: Task, width: int, effort: Effort) -> list[Candidate]:
    """Return three wide layers, trained at a larger rate, and the same behind thresholds."""
    hidden = (128, 128, 128)
    words = words_in_steps(task, width, hidden, "relu", 5e-3, effort)
    behind = words_in_steps(task, MOST, hidden, "relu", 5e-3, effort)
    return [
        Candidate(DEEP, 2.0, words, True),
        Candidate(STEPS, 1.0, behind, lens=THRESHOLDS),
    ]


def held_back(task: Task, width: int, effort: Effort) -> list[Candidate]:
    """Return mini-batch networks of many rows that are held back, by dropout or by a strong weight
    decay: of classes, which networks are soon too sure of; none of quantities.
    """
    if task.loss.has_noise:
        return []
    one, *_, steps = wide(task, width, effort), *deep(task, width, effort)
    decay = {"solver": AdamW(weight_decay=HELD_DECAY)}
    return [
        _changed(one, "dropout", {"dropout": HELD_DROPOUT}),
        _changed(one, "decay", decay),
        _changed(steps, "decay", decay),
    ]


def leaves(task: Task, name: str, how: Boosting, effort: Effort) -> Candidate:
    """Return the leaves of boosted trees as two layers, the last layer trained on from what these
    say.
    """
    words = words_in_steps(task, how.kept, (), "identity", FINE_RATE, effort)
    words |= {"max_iter": FINE_EPOCHS, "n_iter_no_change": FINE_EPOCHS}
    return Candidate(name, 1.0, words, lens=how)


def leaves_of_many(task: Task, effort: Effort) -> list[Candidate]:
    """Return the leaves of boosted trees, if there is time for enough of these."""
    return _leaves_in_time(task, GROWN_OF_QUANTITIES if task.loss.has_noise else GROWN, effort)


def leaves_of_few(task: Task, effort: Effort) -> list[Candidate]:
    """Return the leaves of boosted trees of a small table that has enough rows, and not so many
    outputs that there is no time for the trees of each.
    """
    if task.loss.has_noise:
        enough = task.rows * task.outputs >= VALUES_OF_QUANTITIES
    elif task.outputs > 1:
        enough = task.rows >= ROWS_OF_CLASSES
    else:
        enough = task.rarer is not None and task.rarer >= RARER
    if not enough or GROWN_OF_FEW.trees * task.outputs > MOST_TREES:
        return []
    return _leaves_in_time(task, GROWN_OF_FEW, effort)


def _leaves_in_time(task: Task, how: Boosting, effort: Effort) -> list[Candidate]:
    cells = _rows(task) * task.columns * task.outputs * CELL
    trees = int(min(how.trees, effort.steps * SECOND / (FOLDS * cells)))
    if trees < LEAST_TREES or not are_readable():
        return []
    return [leaves(task, LEAVES, how._replace(trees=trees), effort)]


def in_steps(
    task: Task, width: int, effort: Effort, sets: int
) -> tuple[list[Candidate], list[Candidate]]:
    """Return the mini-batch networks that go first, and those that follow in up to so many sets of
    folds: first is the wide one, or, of many rows, several that meet in one fold.
    """
    first, others = wide(task, width, effort), deep(task, width, effort)
    words = first.words or {}
    if words["max_iter"] <= FEW_EPOCHS:
        further = [*leaves_of_many(task, effort), *held_back(task, width, effort)]
        few = [first, *others, *further]
        return [one._replace(folds=1) for one in few], []
    hidden = (others[0].words or {})["hidden_layer_sizes"]
    affordable = _affordable(task, width, hidden, effort) / (MOST_EPOCHS * _rows(task))
    sets = max(1, min(sets, int(affordable)))
    folds = FOLDS * min(sets, TOGETHER)
    last = [one._replace(folds=folds) for one in others]
    # a second set ranks the rows of two classes better (decision 077), and takes as long again
    folds_of_leaves = FOLDS if task.rarer is None else folds
    last += [one._replace(folds=folds_of_leaves) for one in leaves_of_few(task, effort)]
    return [first], last + (again(first, *others) if sets > TOGETHER else [])


def again(*usual: Candidate) -> list[Candidate]:
    """Return mini-batch networks, held shorter, on a third set of folds."""
    decay = {"solver": AdamW(weight_decay=HELD_DECAY)}
    return [_changed(one, "decay", decay)._replace(first=TOGETHER * FOLDS) for one in usual]


def _changed(one: Candidate, name: str, words: dict[str, Any]) -> Candidate:
    return one._replace(name=f"{one.name} {name}", words={**(one.words or {}), **words})


def longer(one: Candidate) -> Candidate:
    """Return a mini-batch network that gets the time of another one, too."""
    assert one.words is not None
    words = {**one.words, "max_iter": int(LONGER * one.words["max_iter"])}
    return one._replace(name=f"{one.name} longer", words=words, folds=FOLDS)


def words_in_steps(
    task: Task,
    width: int,
    hidden: tuple[int, ...],
    activation: str,
    rate: float,
    effort: Effort,
) -> dict[str, Any]:
    """Return the parameters of a network of so many inputs that learns in steps."""
    rows = _rows(task)
    batch = min(batch_of(task.rows), max(8, rows // 4))
    seen = min(_affordable(task, width, hidden, effort), MOST_EPOCHS * rows)
    epochs = int(np.clip(max(SAMPLES, seen) / rows, LEAST_EPOCHS, MOST_EPOCHS))
    return {
        "hidden_layer_sizes": hidden,
        "activation": activation,
        "solver": AdamW(weight_decay=0.01),
        "alpha": 0.0,
        "batch_size": batch,
        "learning_rate_init": rate * float(np.sqrt(batch_of(task.rows) / 64)),
        "schedule": "cosine",
        "max_iter": epochs,
        "n_iter_no_change": max(epochs // 4, LEAST_PATIENCE),
        "monitor": "val_loss",
        "restore_best": True,
        **_SHARED,
    }


def _rows(task: Task) -> int:
    """Return how many rows a fold trains on."""
    return task.rows * (FOLDS - 1) // FOLDS


def _affordable(task: Task, width: int, hidden: tuple[int, ...], effort: Effort) -> float:
    """Return how many rows, epoch after epoch, there is time for in each fold."""
    size = count_parameters((width, *hidden, task.outputs))
    return effort.steps * 2 * SECOND / (FOLDS * 3 * size)


def batch_of(rows: int) -> int:
    """Return the rows of a batch: 64 of small tables, up to 256 of large ones."""
    return int(np.clip(2 ** np.floor(np.log2(max(rows, 1) / 64)), 64, 256))
