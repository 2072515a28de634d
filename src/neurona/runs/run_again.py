"""A run looked at again: what its folder says, its data read and split again, its model."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from neurona.runs import run_folder as folders
from neurona.runs.estimator import check_shares, make_estimator
from neurona.runs.failures import Failure
from neurona.runs.larger import gather_for_training
from neurona.runs.record import Record
from neurona.runs.settings import Settings
from neurona.runs.training_data import TrainingData


class RunAgain(Record):
    """A run whose data and model are read when they are asked for."""

    @cached_property
    def data(self) -> TrainingData:
        """Its data, read and split again; settings that are "auto" stay so.

        Of a table that is learned in blocks it is a sample.
        """
        ours = Settings(dict(self.settings.values), dict(self.settings.origins))
        ours.values["data.folds"] = 0  # the model is that of all rows
        found = gather_for_training(ours)
        if found.large is not None and self.has_model:
            # which rows it held out it finds by their numbers; here they have those of the sample
            self.model.split_ = found.sample_split(self.model)
        return found

    @property
    def has_model(self) -> bool:
        """Whether training came to a model."""
        return (self.path / folders.MODEL).is_file()

    @cached_property
    def model(self) -> Any:
        """Its model; an unfitted one where training diverged before there was any.

        Failure if its training has not ended.
        """
        if self.has_model:
            from neurona.files.models import load

            return load(self.path / folders.MODEL)
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
