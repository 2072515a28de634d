"""Classes: how often they come, and labels that contradict their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, bdtrc

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy
from neurona.network import Vector


def classes_of(targets: Vector) -> Vector:
    """Return class numbers of encoded targets of one of several classes."""
    if targets.shape[1] == 1:
        return (targets[:, 0] > 0.5).astype(np.int64)
    found: Vector = targets.argmax(axis=1)
    return found


def one_of_several(evidence: Evidence) -> bool:
    """Whether every row has one class (and not several labels)."""
    if not evidence.case.classifies:
        return False
    targets = evidence.seen.targets
    return targets.shape[1] == 1 or bool((targets.sum(axis=1) == 1).all())


@FINDINGS.register("class_imbalance")
@dataclass(frozen=True)
class ClassImbalance(Check):
    """A class so rare that the model hardly ever says it, and clearly less often than others."""

    rare: float = 0.12
    recall: float = 0.6
    chance: float = 0.05
    """The probability, if it were found as often as the others, of being found so seldom."""

    def look(self, evidence: Evidence) -> Finding | None:
        """Count the rarest class, and how often it is said where it is true."""
        case = evidence.case
        weights = getattr(case.network, "class_weight", None)
        if not one_of_several(evidence) or weights is not None:
            return None
        codes = classes_of(case.train.targets)
        counts = np.bincount(codes, minlength=max(2, case.train.targets.shape[1]))
        counts = counts[counts > 0]
        share = counts.min() / counts.sum()
        # of ten classes of the same size none is rare
        if len(counts) < 2 or share > min(self.rare, 0.5 / len(counts)):
            return None
        rows = evidence.seen if evidence.held is None else evidence.held
        truth, outputs = classes_of(rows.targets), evidence.outputs(rows)
        said = classes_of(np.nan_to_num(outputs))
        rarest = int(np.bincount(codes).argmin()) if len(counts) == codes.max() + 1 else -1
        own = truth == rarest
        if not own.any():
            return None
        hits = int((said[own] == rarest).sum())
        recall, accuracy = hits / int(own.sum()), float((said == truth).mean())
        others = float((said == truth)[~own].mean()) if not own.all() else 0.0
        if recall > self.recall or bdtr(hits, int(own.sum()), others) > self.chance:
            return None
        return self.found(
            0.75 + 0.2 * (1 - recall),
            f"The rarest class has {share:.1%} of the rows; the model finds {recall:.0%} of them, "
            f"and {others:.0%} of the others, so that its accuracy of {accuracy:.1%} tells nothing "
            "of that.",
            "Every row counts the same in the loss, so the frequent class decides.",
            'Let all classes weigh the same (class_weight="balanced"), and judge by balanced '
            "accuracy.",
            {
                "rarest_share": share,
                "recall": recall,
                "recall_of_others": others,
                "accuracy": accuracy,
            },
            Remedy({"class_weight": "balanced"}, measure="balanced_accuracy"),
        )


def _rare(codes: Vector, several: int) -> Vector:
    """Return which classes have less than half of the rows that they would have of equal ones."""
    found: Vector = np.bincount(codes, minlength=several) < 0.5 * len(codes) / several
    return found


def _against_the_line(said: Vector, codes: Vector, margin: float = 0.6) -> Vector:
    """Return where a straight line through the other rows is sure of another class."""
    said = np.hstack([1 - said, said]) if said.shape[1] == 1 else said
    own = said[np.arange(len(codes)), codes]
    found: Vector = np.nan_to_num(said.max(axis=1) - own) > margin
    return found


class Contradicted(NamedTuple):
    """How often labels contradict what most of their neighbours are.

    Attributes
    ----------
    against : ndarray of bool
        Which labels do.
    surest : ndarray of bool
        The half of the rows whose neighbours agree most.
    """

    against: Vector
    surest: Vector

    @classmethod
    def by(cls, votes: Vector, codes: Vector) -> Contradicted:
        """Return it by the neighbours' votes (rows x classes); of equal ones the earlier rows."""
        order = np.argsort(-votes.max(axis=1), kind="stable")
        surest = np.zeros(len(codes), bool)
        surest[order[: len(codes) // 2]] = True
        return cls(votes.argmax(axis=1) != codes, surest)

    def is_even(self, more: float, most: float, chance: float) -> bool:
        """Whether the surest half contradicts more often than `more`, and the other one hardly more
        often than that: labels that are wrong anywhere do, classes that overlap do not, for there
        neighbours that disagree say where. Not from a share of `most` on: what nothing tells of is
        contradicted evenly, too.
        """
        counts = [int(self.against[of].sum()) for of in (self.surest, ~self.surest)]
        rows = int(self.surest.sum())
        often = bdtrc(counts[0] - 1, rows, more) < chance
        # of all contradictions a third would be there if the others had twice as many
        evenly = bdtrc(counts[0] - 1, sum(counts), 1 / 3) < chance
        return bool(often and evenly and self.against.mean() < most)


@FINDINGS.register("noisy_labels")
@dataclass(frozen=True)
class NoisyLabels(Check):
    """Labels that all the neighbours contradict, or, where so many are wrong that neighbours seldom
    agree, that are contradicted as often where they agree most as elsewhere.
    """

    share: float = 0.03
    agree: float = 0.9
    """Of the neighbours, this share says the same other class."""
    chance: float = 0.05
    """Where neighbours agree so far, classes that overlap leave up to 1 - `agree` contradictions;
    more must be less likely than this.
    """
    told: float = 0.4
    """What neighbours must know at least of what the most frequent class leaves."""

    def look(self, evidence: Evidence) -> Finding | None:
        """Ask each row's neighbours."""
        if not one_of_several(evidence):
            return None
        found = evidence.references
        codes = classes_of(evidence.seen.targets)[found.places]
        if found.neighbours.shape[1] < 5 or len(codes) < 60:
            return None
        near = codes[found.neighbours]
        several = int(codes.max()) + 1
        votes = np.stack([(near == code).mean(axis=1) for code in range(several)], axis=1)
        sure = votes.max(axis=1) >= self.agree
        doubted = sure & (votes.argmax(axis=1) != codes)
        against = int(doubted.sum())
        doubted |= _against_the_line(found.line_said, codes)
        # rows of a rare class among those of a frequent one are no noise
        doubted &= ~_rare(codes, several)[codes]
        share = float(doubted.mean())
        by_chance = bdtrc(against - 1, int(sure.sum()), 1 - self.agree) if against else 1.0
        by = "nearly all"
        if share <= self.share or by_chance > self.chance or sure.mean() < 0.3:
            labels = Contradicted.by(votes, codes)
            left = 1 - np.bincount(codes).max() / len(codes)
            if not labels.is_even(1 - self.agree, left * (1 - self.told), self.chance):
                return None
            by, doubted = "most", labels.against & ~_rare(codes, several)[codes]
            share = float(doubted.mean())
        rows = evidence.seen.places[found.places][doubted]
        return self.found(
            min(1.0, 0.5 + 2 * share),
            f"{share:.1%} of the labels are contradicted by {by} of the {near.shape[1]} rows next "
            "to them.",
            "A network large enough learns wrong labels by heart, and asks the same of their "
            "neighbours.",
            "Look at these rows (`remedy.without_rows` has their numbers) and mend or leave out "
            "what is wrong.",
            {"contradicted": share, "rows": len(rows), "sure_neighbourhoods": float(sure.mean())},
            Remedy(
                data=f"look at {len(rows)} rows, e.g. {rows[:3].tolist()}",
                without_rows=tuple(int(row) for row in rows),
                measure="accuracy",
            ),
        )
