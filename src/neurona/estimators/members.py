"""HasMembers: models that can be taken apart into the networks that they average."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class HasMembers(ABC):
    """Shared part of estimators that predict by one network or the mean of several."""

    @abstractmethod
    def _member(self, index: int) -> Any:
        """Return what `member` does."""

    def member(self, index: int) -> Any:
        """Return a copy of this model that predicts by one of the networks that it averages.

        Parameters
        ----------
        index : int
            Which one, from 0 to the number of starts less one.

        Returns
        -------
        model : estimator of the same class
            Fitted; to look at, to write to a workbook, to trace.
        """
        return self._member(index)
