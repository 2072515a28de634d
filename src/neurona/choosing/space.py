"""What a search may try: families of methods, each with its choices, for a table of this size.

A candidate is a dict of settings by key (`runs.setting`), without those that a person has fixed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurona.choosing.ladders import Choice, Ladder, Shapes, Words
from neurona.choosing.work import Facts, seconds, size
from neurona.estimators.automatic import AFFORDABLE, VECTORS, iteration_cost

Parameters = dict[str, Any]
HIDDEN, ACTIVATION, SOLVER = "model.hidden", "model.activation", "training.solver"
STARTS, ALPHA, STEPS = "training.starts", "training.alpha", "training.steps"
DROPOUT, COMBINE, BINS = "model.dropout", "training.combine", "data.bins"
RATE, BATCH = "training.rate", "training.batch"
OF_STEPS = (RATE, BATCH, STEPS, "training.epochs", "training.patience", "training.schedule")
"""Settings that speak of steps on mini-batches: who fixes one wants a step method."""
TRIES = 50


@dataclass(frozen=True)
class Space:
    """Families with their weights, what is fixed, and the most seconds that a candidate may take.

    `facts` are of the table; `fixed` are keys that are left alone.
    """

    facts: Facts
    families: dict[str, float]
    choices: dict[str, dict[str, Choice]]
    fixed: Collection[str] = ()
    longest: float = float("inf")
    given: Mapping[str, Any] = field(default_factory=dict)

    def draw(self, random: np.random.RandomState, place: float | None = None) -> Parameters:
        """Return a candidate by the prior, none that would take too long.

        `place`, from 0 to 1, is that of its family among all of them, by their weights: a round
        whose candidates have places at equal distances has its share of each.
        """
        names, shares = list(self.families), np.cumsum(list(self.families.values()))
        for _ in range(TRIES):
            where = random.uniform() if place is None else place
            number = int(np.searchsorted(shares, where * shares[-1]))
            family = names[min(number, len(names) - 1)]
            drawn = {key: one.draw(random) for key, one in self.choices[family].items()}
            if self._fits(family, drawn):
                break
        return self._without_fixed(drawn)

    def near(self, parameters: Parameters, random: np.random.RandomState) -> Parameters:
        """Return a candidate that differs in one or two choices."""
        family = self.family_of(parameters)
        choices = {k: one for k, one in self.choices[family].items() if k not in self.fixed}
        usual = {key: one.usual for key, one in choices.items()}
        known = {**usual, **{k: v for k, v in parameters.items() if k in choices}}
        movable = [k for k, one in choices.items() if not _is_lone(one)]
        if not movable:
            return parameters
        for _ in range(TRIES):
            moved = dict(known)
            for place in random.permutation(len(movable))[: 1 + random.randint(2)]:
                key = movable[place]
                moved[key] = choices[key].near(moved[key], random)
            if self._fits(self.family_of(moved), moved):
                break
        return self._without_fixed(moved)

    def has_choices(self) -> bool:
        """Whether anything is left to choose."""
        return any(
            key not in self.fixed and not _is_lone(choice)
            for choices in self.choices.values()
            for key, choice in choices.items()
        )

    def family_of(self, parameters: Mapping[str, Any]) -> str:
        """Return the family of a candidate; of one that says nothing, that of the table."""
        solver = parameters.get(SOLVER, self.given.get(SOLVER, "auto"))
        for family, choices in self.choices.items():
            if SOLVER in choices and solver in getattr(choices[SOLVER], "weights", {}):
                return family
        return self.facts.family if self.facts.family in self.choices else next(iter(self.choices))

    def reduced(self, parameters: Parameters, effort: float) -> Parameters:
        """Return a candidate that trains a share of its length: fewer steps, or fewer starts."""
        if effort >= 1:
            return parameters
        family = self.family_of(parameters)
        if family == "steps":
            steps = parameters.get(STEPS, self.given.get(STEPS, 20_000))
            if "training.epochs" in self.fixed:
                return parameters
            return {**parameters, STEPS: max(200, int(steps * effort)), **_one_start(parameters)}
        starts = parameters.get(STARTS, self.given.get(STARTS, "auto"))
        count = self.facts.starts if starts == "auto" else starts
        return {**parameters, STARTS: max(1, round(count * effort))}

    def seconds(self, parameters: Mapping[str, Any]) -> float:
        """Return about how long a candidate trains, on one usual core."""
        return seconds(self.family_of(parameters), {**self.given, **parameters}, self.facts)

    def _fits(self, family: str, parameters: Parameters) -> bool:
        all_said = {**parameters, **self.given}
        if seconds(family, all_said, self.facts) > self.longest:
            return False
        weights, facts = size(all_said, self.facts), self.facts
        if family in ("evidence", "curvature"):
            return iteration_cost(facts.rows, facts.outputs, weights) <= AFFORDABLE
        return family == "steps" or facts.rows * weights <= VECTORS

    def _without_fixed(self, parameters: Parameters) -> Parameters:
        return {key: value for key, value in parameters.items() if key not in self.fixed}


def key_of(parameters: Mapping[str, Any]) -> str:
    """Return a text that equal candidates have in common."""
    return json.dumps(dict(sorted(parameters.items())), separators=(",", ":"))


def make_space(facts: Facts, given: Mapping[str, Any], longest: float = float("inf")) -> Space:
    """Return what may be tried on a table, besides settings that are `given`."""
    choices = {
        "evidence": _evidence(facts),
        "curvature": _curvature(facts),
        "vectors": _vectors(facts),
        "steps": _steps(facts),
    }
    weights = _weights(facts, {**given})
    kept = {family: one for family, one in choices.items() if family in weights}
    return Space(facts, weights, kept, tuple(given), longest, given)


def _weights(facts: Facts, given: dict[str, Any]) -> dict[str, float]:
    """Return how often each family is drawn: those that the rows and what is given allow."""
    solver = given.get(SOLVER)
    if solver is not None:
        return {facts.family: 1.0}
    if any(key in given for key in OF_STEPS):
        return {"steps": 1.0}
    smallest = (facts.inputs + 1 + facts.outputs) * 4
    small = iteration_cost(facts.rows, facts.outputs, smallest) <= AFFORDABLE / 4
    if facts.family == "evidence":
        return {"evidence": 0.25, "curvature": 0.2, "vectors": 0.15, "steps": 0.4}
    if small and facts.rows < 5000:
        return {"steps": 0.5, "evidence": 0.15, "curvature": 0.15, "vectors": 0.2}
    if facts.rows * smallest <= VECTORS / 20 and facts.rows < 5000:
        return {"steps": 0.7, "vectors": 0.3}
    return {"steps": 1.0}


def _evidence(facts: Facts) -> dict[str, Choice]:
    widths = [2, 3, 4, 6, 8, 12, 16, 20, 28, 40]
    own = max((shape[0] for shape in facts.shapes if len(shape) == 1), default=12)
    usual = min(widths, key=lambda width: abs(width - own))
    starts = [2, 4, 6, 8, 11, 16]
    return {
        SOLVER: Words({"bayesian-lm": 1.0}),
        HIDDEN: Shapes(Ladder(widths, usual, 2.0), Ladder([1, 2, 3], 1, 0.8), 0.3),
        ACTIVATION: Words({"tanh": 0.5, "silu": 0.2, "softplus": 0.1, "gelu": 0.1, "elu": 0.1}),
        STARTS: Ladder(starts, min(starts, key=lambda one: abs(one - facts.starts))),
    }


def _curvature(facts: Facts) -> dict[str, Choice]:
    return {
        SOLVER: Words({"lm": 1.0}),
        HIDDEN: Shapes(Ladder([2, 4, 6, 8, 12, 16, 24], 8, 1.5), Ladder([1, 2], 1, 0.7)),
        ACTIVATION: Words({"tanh": 0.7, "silu": 0.3}),
        ALPHA: Ladder([1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0], 0.1, 1.5),
        STARTS: Ladder([1, 2, 4, 8], 4, 1.0),
        COMBINE: Words({"average": 1.0}),
    }


def _vectors(facts: Facts) -> dict[str, Choice]:
    return {
        **_pieces(facts),
        SOLVER: Words({"scg": 0.5, "lbfgs": 0.5}),
        HIDDEN: Shapes(Ladder([4, 8, 16, 32, 64], 16, 1.2), Ladder([1, 2], 1, 0.7)),
        ACTIVATION: Words({"tanh": 0.5, "silu": 0.3, "relu": 0.2}),
        ALPHA: Ladder([1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0], 0.1, 1.5),
        STARTS: Ladder([1, 2, 4, 8], 4, 1.0),
        COMBINE: Words({"average": 1.0}),
    }


def _pieces(facts: Facts) -> dict[str, Choice]:
    """Return into how many pieces numbers are cut: thresholds want many, what is smooth none."""
    return {BINS: Ladder([0, 4, 8, 16, 32], 0, 2.0)} if facts.numbers else {}


def _steps(facts: Facts) -> dict[str, Choice]:
    few = facts.rows < 1000
    batches = [b for b in (16, 32, 64, 128, 256, 512) if b <= max(16, facts.rows // 4)]
    usual = min(batches, key=lambda batch: abs(batch - facts.batch))
    lengths = [2_000, 5_000, 10_000, 20_000, 40_000, 80_000]
    return {
        **_pieces(facts),
        SOLVER: Words({"adam": 0.6, "adamw": 0.2, "nadam": 0.2}),
        HIDDEN: Shapes(
            Ladder([8, 16, 32, 64, 128, 256], 32 if few else 64, 1.2), Ladder([1, 2, 3], 2, 0.8)
        ),
        ACTIVATION: Words({"silu": 0.35, "gelu": 0.15, "relu": 0.2, "tanh": 0.2, "mish": 0.1}),
        RATE: Ladder([3e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02], 3e-3, 1.5),
        BATCH: Ladder(batches, usual, 1.2),
        ALPHA: Ladder([0.0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1], 1e-4, 1.5),
        DROPOUT: Ladder([0.0, 0.05, 0.1, 0.2, 0.3], 0.0, 1.2),
        STEPS: Ladder(lengths, 5_000 if few else 20_000, 1.0),
        STARTS: Ladder([1, 2, 4, 6], 2, 1.0),
        COMBINE: Words({"average": 1.0}),
    }


def _one_start(parameters: Mapping[str, Any]) -> Parameters:
    return {STARTS: 1} if STARTS in parameters else {}


def _is_lone(choice: Choice) -> bool:
    return isinstance(choice, Words) and len(choice.weights) == 1
