"""Findings: what is wrong, the numbers that say so, and a remedy that can be tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

WORDS = ((0.7, "serious"), (0.4, "worth mending"), (0.0, "worth a look"))
"""From this severity on, the word for it."""


@dataclass(frozen=True)
class Remedy:
    """What to do: a change of parameters, of the estimator, or of the data; any may be empty.

    Attributes
    ----------
    parameters : mapping of str to value
        Of the estimator; `Finding.apply` sets them.
    scaling : bool
        Whether a table estimator, which scales inputs and targets itself, is to take the place of
        an MLP.
    data : str
        What to do with the data, in a sentence; nothing if nothing is to be done.
    without_columns : sequence of str
        Inputs to be left out.
    without_rows : sequence of int
        Rows of those trained on (counted from 0) to be left out.
    measure : str
        What tells whether it helped: "r2", "mae", "log_loss", "accuracy" or "balanced_accuracy";
        "" is r2 for quantities, log_loss for classes.
    latest : bool
        Whether it is tried by training on the earlier rows and scoring the latest.
    honest : bool
        Whether it mends the measuring and not the model: the score afterwards is the true one.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    scaling: bool = False
    data: str = ""
    without_columns: Sequence[str] = ()
    without_rows: Sequence[int] = ()
    measure: str = ""
    latest: bool = False
    honest: bool = False

    @property
    def is_change(self) -> bool:
        """Whether there is something that can be tried, and not only something to be looked at."""
        rows = self.without_columns or self.without_rows or self.latest
        return bool(self.parameters or self.scaling or rows)

    def __bool__(self) -> bool:
        return self.is_change or bool(self.data)

    def __str__(self) -> str:
        said = [f"{name}={value!r}" for name, value in self.parameters.items()]
        text = ", ".join(said)
        if self.scaling:
            text = f"a table estimator, which scales{', and ' + text if text else ''}"
        return "; ".join(part for part in (text, self.data) if part)


@dataclass(frozen=True, eq=False)
class Trial:
    """What a remedy came to on rows held out: scores of the same name, before and after.

    Attributes
    ----------
    measure : str
        The score that decides; of "mae" and "log_loss" less is better.
    before, after : dict of str to float
        All scores.
    rows : int
        How many rows were scored.
    model : estimator
        The fitted one that came of it.
    honest : bool
        Whether it was the measuring that was mended: `after` is what is to be expected.
    """

    measure: str
    before: Mapping[str, float]
    after: Mapping[str, float]
    rows: int
    model: Any = field(repr=False)
    honest: bool = False

    @property
    def gain(self) -> float:
        """How much better the deciding score is afterwards; above 0 is better."""
        sign = -1 if self.measure in ("mae", "log_loss") else 1
        before, after = (
            one[self.measure] if np.isfinite(one[self.measure]) else -sign * np.inf
            for one in (self.before, self.after)
        )
        return 0.0 if before == after else float(sign * (after - before))

    @property
    def improved(self) -> bool:
        """Whether the deciding score is better afterwards."""
        return self.gain > 0

    def __str__(self) -> str:
        verdict = "better" if self.improved else "not better"
        if self.honest:
            verdict = "what is to be expected of new rows"
        before, after = self.before[self.measure], self.after[self.measure]
        return (
            f"{self.measure} {before:.4g} before, {after:.4g} after, on {self.rows:,} rows: "
            f"{verdict}"
        )

    def _repr_html_(self) -> str:
        from neurona.reports.page.shown import trial_shown

        return trial_shown(self)


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing that is wrong with a training.

    Attributes
    ----------
    name : str
        That of the check that found it.
    severity : float
        0 to 1; `word` says it in words.
    what, why, advice : str
        A sentence each: what is seen, why it matters, what to do.
    evidence : dict of str to number
    remedy : Remedy

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor, diagnose
    >>> X = np.random.default_rng(0).standard_normal((300, 2)) * [1, 5000]
    >>> y = np.sin(X[:, 0]) + X[:, 1] / 5000
    >>> model = MLPRegressor(random_state=0, max_iter=50)
    >>> finding = diagnose(model, X[:200], y[:200], X[200:], y[200:])[0]
    >>> finding.name
    'unscaled_inputs'
    >>> type(finding.apply()).__name__
    'TableRegressor'
    >>> finding.try_it().improved
    True
    """

    name: str
    severity: float
    what: str
    why: str
    advice: str
    evidence: Mapping[str, float]
    remedy: Remedy
    applied: Callable[[Remedy], Any] | None = field(default=None, repr=False)
    tried: Callable[[Remedy], Trial] | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        from neurona.diagnosis.page import page

        return page([self], [], 1)

    @property
    def word(self) -> str:
        """The severity in words."""
        return next(word for least, word in WORDS if self.severity >= least)

    def apply(self) -> Any:
        """Return a changed copy of the estimator, unfitted; a change of the data is not in it.

        ValueError for a finding that has no model, such as one read from a file.
        """
        if self.applied is None:
            raise ValueError("This finding knows no model; make it by `diagnose`.")
        return self.applied(self.remedy)

    def try_it(self) -> Trial:
        """Train what `apply` returns on the same rows, and score both on rows held out.

        Those are the validation rows, if there are any; else a fifth of the rows is held out, and
        the model as it was is trained on the others, too.
        """
        if self.tried is None:
            raise ValueError("This finding knows no rows; make it by `diagnose`.")
        return self.tried(self.remedy)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain data, for JSON."""
        return {
            "name": self.name,
            "severity": round(float(self.severity), 3),
            "word": self.word,
            "what": self.what,
            "why": self.why,
            "advice": self.advice,
            "evidence": {key: _plain(value) for key, value in self.evidence.items()},
            "remedy": {
                "parameters": {key: _plain(v) for key, v in self.remedy.parameters.items()},
                "scaling": self.remedy.scaling,
                "data": self.remedy.data,
            },
        }

    def __str__(self) -> str:
        return f"{self.name} ({self.word}): {self.what} {self.why} {self.advice}"


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)
