"""Checks: what looks for one finding each, and the registry of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from neurona.diagnosis.finding import Finding, Remedy
from neurona.registry import Registry
from neurona.values import Value

if TYPE_CHECKING:
    from neurona.diagnosis.evidence import Evidence

FINDINGS = Registry("finding")


@dataclass(frozen=True)
class Check(Value):
    """Base of the checks: a value whose options are its limits.

    `causes` names the findings that explain this one: where one of them is there, it comes first.
    `of_one_training` says that it asks how one training went: nothing is asked of a model whose
    networks were trained in several ways. `counts_rows` says that the answer depends on how many
    rows were trained on: nothing is asked where a sample stands for them.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from neurona.diagnosis import FINDINGS, Check, Finding, Remedy, diagnose
    >>> @FINDINGS.register("few_rows")
    ... @dataclass(frozen=True)
    ... class FewRows(Check):
    ...     least: int = 30
    ...
    ...     def look(self, evidence):
    ...         rows = evidence.rows
    ...         if rows >= self.least:
    ...             return None
    ...         return self.found(
    ...             0.5, f"There are {rows} rows.", "Chance decides.", "Get more.", {"rows": rows}
    ...         )
    >>> from neurona import MLPRegressor
    >>> model = MLPRegressor(solver="lbfgs", random_state=0)
    >>> diagnose(model, [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0], checks=["few_rows"])[0].what
    'There are 3 rows.'
    """

    causes: ClassVar[Sequence[str]] = ()
    of_one_training: ClassVar[bool] = False
    counts_rows: ClassVar[bool] = False

    @abstractmethod
    def look(self, evidence: Evidence) -> Finding | None:
        """Return the finding, None if there is nothing to be found."""

    def found(
        self,
        severity: float,
        what: str,
        why: str,
        advice: str,
        evidence: Mapping[str, Any],
        remedy: Remedy | None = None,
    ) -> Finding:
        """Return a finding of this check's name; `severity` is kept within 0.05 and 1."""
        severity = min(1.0, max(0.05, severity))
        given = Remedy() if remedy is None else remedy
        return Finding(self.name, severity, what, why, advice, dict(evidence), given)
