"""A run looked at again: what its folder says, its data read and split again, its model."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from neurona.runs import run_folder as folders
from neurona.runs.estimator import check_shares, make_estimator
from neurona.runs.failures import Failure
from neurona.runs.record import Record
from neurona.runs.settings import Settings
from neurona.runs.training_data import TrainingData, gather


class RunAgain(Record):
    """A run whose data and model are read when they are asked for."""

    @cached_property
    def data(self) -> TrainingData:
        """Its data, read and split again; settings that are "auto" stay so."""
        ours = Settings(dict(self.settings.values), dict(self.settings.origins))
        ours.values["data.folds"] = 0  # the model is that of all rows
        return gather(ours)

    @cached_property
    def model(self) -> Any:
        """Its model; an unfitted one where training diverged before there was any.

        Failure if its training has not ended.
        """
        path = self.path / folders.MODEL
        if path.is_file():
            from neurona.files.models import load

            return load(path)
        if self.done is None:
            raise Failure(f"The run {str(self.path)!r} has no model yet; its training has not "
                          "ended.")  # fmt: skip
        data = self.data
        return make_estimator(
            self.settings, data.task, data.split, split_column=data.split_column, kinds=data.kinds
        )


def read_run(given: str) -> RunAgain:
    """Return the run in a folder; Failure if it is not that of a run."""
    run = RunAgain.read(given)
    check_shares(run.settings)
    return run
