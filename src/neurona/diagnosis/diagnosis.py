"""Diagnosis: the findings on a training, worst first, and `diagnose`, which makes it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, overload

import numpy as np

from neurona.diagnosis import checks as _checks
from neurona.diagnosis.case import Case, case_of
from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding
from neurona.diagnosis.page import page
from neurona.diagnosis.trial import applied, tried

assert _checks  # registers them
NOTHING = "nothing found"
EXPLAINED = 0.5
"""What a finding's severity is multiplied by where another one explains it."""
LEAST = 0.35
"""Below this one that is explained is not told."""


class Diagnosis(Sequence[Finding]):
    """The findings on a training, worst first; what explains another comes before it.

    Attributes
    ----------
    notes : list of str
        What could not be looked at, and why.
    looked_for : list of str
        The names of all checks that were made.
    """

    def __init__(
        self, findings: Iterable[Finding], notes: Iterable[str] = (), looked_for: Iterable[str] = ()
    ) -> None:
        self._findings = sorted(findings, key=lambda one: (-one.severity, one.name))
        self.notes, self.looked_for = list(notes), list(looked_for)

    @overload
    def __getitem__(self, index: int) -> Finding: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...

    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    @property
    def names(self) -> list[str]:
        """The names of the findings, worst first."""
        return [one.name for one in self]

    def find(self, name: str) -> Finding | None:
        """Return the finding of this name; None if it is not among them."""
        return next((one for one in self if one.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain data, for JSON."""
        return {
            "findings": [one.as_dict() for one in self],
            "notes": self.notes,
            "looked_for": self.looked_for,
        }

    def __str__(self) -> str:
        lines = [] if self else [f"{NOTHING} ({len(self.looked_for)} things were looked for)"]
        for number, one in enumerate(self, 1):
            lines.append(f"{number}. {one.name.replace('_', ' ')} ({one.word})")
            for text in (one.what, one.why, one.advice):
                lines += textwrap.wrap(text, 96, initial_indent="   ", subsequent_indent="   ")
            if one.remedy:
                lines += textwrap.wrap(
                    f"remedy: {one.remedy}", 96, initial_indent="   ", subsequent_indent="   "
                )
        lines += [f"note: {text}" for text in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Diagnosis({', '.join(self.names) or NOTHING})"

    def _repr_html_(self) -> str:
        return page(self._findings, self.notes, len(self.looked_for))


def diagnose(
    model: Any, X: Any, y: Any, X_val: Any = None, y_val: Any = None, *, checks: Any = None
) -> Diagnosis:
    """Return what is wrong with a model's training, worst first; the model is not changed.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, TableRegressor or TableClassifier
        Fitted to X and y; of one that is not, a copy is fitted.
    X, y : as in the model's `fit`
        The rows that it was trained on, those that it held out itself included.
    X_val, y_val : as X and y, default=None
        Rows that it was not trained on; without `y_val`, rows to predict. Without both, those that
        the model put aside itself, if it did; else nothing is said of over-fitting.
    checks : list of str or Check, default=None
        What is looked for: names or values, such as `DeadUnits(share=0.2)`; None is all of
        `FINDINGS`.

    Returns
    -------
    Diagnosis

    Raises
    ------
    TypeError
        A model of another kind.
    ValueError
        What the model's own `fit` refuses.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor, diagnose
    >>> random = np.random.default_rng(0)
    >>> X = random.standard_normal((400, 3))
    >>> y = np.tanh(X[:, 0]) + 0.1 * random.standard_normal(400)
    >>> model = MLPRegressor(solver="sgd", learning_rate_init=1e-6, random_state=0, max_iter=300)
    >>> found = diagnose(model, X[:300], y[:300], X[300:], y[300:])
    >>> found[0].name, found[0].remedy.parameters["learning_rate_init"] > 1e-6
    ('rate_too_small', True)
    """
    case = case_of(model, X, y, X_val, y_val)
    return diagnosis_of(case, checks)


def diagnosis_of(case: Case, checks: Any = None) -> Diagnosis:
    """Return the diagnosis of a case."""
    evidence = Evidence(case)
    wanted = list(FINDINGS) if checks is None else checks
    chosen: list[Check] = [FINDINGS.find(one) for one in wanted]
    notes = list(case.notes)
    if case.in_several_ways:
        chosen = [check for check in chosen if not check.of_one_training]
        notes.append(
            "the networks were trained in several ways, each judged by rows it did not see, so "
            "nothing is said of how one training went"
        )
    if case.of_a_sample:
        chosen = [check for check in chosen if not check.counts_rows]
        notes.append(
            "the model was fitted to more rows than these, so nothing is said of what depends on "
            "how many there are"
        )
    if not np.ptp(case.train.targets, axis=0).any():
        chosen = []
        notes.append("every row has the same target, so there is nothing to learn, or to look for")
    found = [one for one in (check.look(evidence) for check in chosen) if one is not None]
    if case.held is None:
        notes.append(
            "each row was held out once, and what counts was found on such rows, so nothing more "
            "is said of over-fitting"
            if case.in_several_ways
            else "there are no rows held out, so nothing is said of over-fitting"
        )
    causes = {check.name: check.causes for check in chosen}
    settled = [
        replace(one, applied=partial(applied, case.model), tried=partial(tried, case))
        for one in explained(found, causes)
    ]
    return Diagnosis(settled, notes, [check.name for check in chosen])


def explained(found: Sequence[Finding], causes: dict[str, Sequence[str]]) -> list[Finding]:
    """Return findings with less severity for those that others explain, without the least."""
    by_name = {one.name: one for one in found}
    settled = []
    for one in found:
        reasons = [by_name[name] for name in causes[one.name] if name in by_name]
        if reasons:
            most = max(reason.severity for reason in reasons)
            severity = min(one.severity * EXPLAINED, 0.95 * most)
            if severity < LEAST:
                continue
            one = replace(one, severity=severity)
        settled.append(one)
    return settled
