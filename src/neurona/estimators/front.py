"""What every estimator shows of itself: a page in a notebook, and a report."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any


class ShowsItself:
    """Shared part of the estimators: `report`, and `_repr_html_` without scripts."""

    def report(
        self, path: str | os.PathLike[str], X: Any = None, y: Any = None, *test: Any, **others: Any
    ) -> Path:
        """Write a report on this fitted model; as `neurona.report`, without the model.

        Parameters
        ----------
        path : str or PathLike
            "report.html": one file. "report.md": Markdown, with a folder of pictures beside it.
        X, y : as in `fit`, default=None
            The rows it was fitted to.
        *test, **others
            X_test and y_test, rows it has never seen; X_val, y_val, title, format.

        Returns
        -------
        Path
            Of the file.
        """
        # the report stands above the estimators; the front door leads there
        front = importlib.import_module("neurona")
        written: Path = front.report(self, path, X, y, *test, **others)
        return written

    def _repr_html_(self) -> str:
        from neurona.reports.page.shown import model_shown

        return model_shown(self)

    def _html_repr(self) -> str:
        # scikit-learn's name: its own page, which this stands for, has scripts
        return self._repr_html_()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
