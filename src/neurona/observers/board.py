"""What TensorBoard is told of one training: scalars, histograms, parameters, graph, picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from neurona.errors import StopReason
from neurona.network import Vector
from neurona.observers.event_file import EventFile, last_step
from neurona.observers.gradients import gradient_of
from neurona.observers.graph import graph_of
from neurona.observers.parameters import Plain, as_text
from neurona.observers.picture import as_png, picture_of
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

BINS, RGB = 50, 3
TAGS = tuple(name for name in EpochRecord._fields if name != "epoch")
"""The scalars, by the names of a record's fields."""
COMPARED = ("loss", "val_loss", "score")
"""The results that the table of hyper-parameters shows."""


class Board:
    """Writes one training to one folder.

    Parameters
    ----------
    path : Path
        The event file, just claimed.
    earlier : list of Path or None
        Those that the same training has written before it was interrupted; None if it begins.
    training : Training
    parameters : dict
    """

    def __init__(
        self,
        path: Path,
        earlier: list[Path] | None,
        training: Training,
        parameters: dict[str, Plain],
    ) -> None:
        from tensorboardX import summary
        from tensorboardX.proto.summary_pb2 import Summary

        self._make, self._summary = summary, Summary
        self._training = training
        self._file = EventFile(path)
        self._written = self._detailed = 0
        self._end: Any = None
        self._begin(parameters)
        if earlier is not None:
            self._go_on(earlier)
        if not earlier:
            network, loss = training.network, training.problem.loss
            self._file.add_graph(graph_of(network, as_text(loss)))
        self._file.flush()

    def _go_on(self, earlier: list[Path]) -> None:
        """Take up what an interrupted training has written: each epoch stays once."""
        records = self._training.history
        done, last = records.appended, last_step(earlier, "loss")
        self._file.forget_from(done + 1)
        # those that were lost with the process
        for step in range(last + 1, len(records) + 1):
            self.scalars(records[step - 1], step)
        self._written = self._detailed = done

    def _begin(self, parameters: dict[str, Plain]) -> None:
        validated = self._training.validation is not None
        metrics = {tag: 0.0 for tag in COMPARED if validated or tag == "loss"}
        plain = {name: _shown(value) for name, value in parameters.items()}
        experiment, session, self._end = self._make.hparams(plain, metrics)
        self._file.add(experiment)
        self._file.add(session)

    def scalars(self, record: EpochRecord, step: int) -> None:
        """Write the numbers of an epoch as one event."""
        value = self._summary.Value
        values = [
            value(tag=tag, simple_value=number)
            for tag, number in zip(TAGS, record[1:], strict=True)
            if number is not None
        ]
        self._file.add(self._summary(value=values), step)
        self._written = step

    def details(self, step: int) -> None:
        """Write how weights, biases and gradients are spread in each layer, and a picture."""
        self._detailed = step
        self._histograms(step)
        self._picture(step)

    def _histograms(self, step: int) -> None:
        network = self._training.network
        kinds = {"weights": self._training.weights, "gradients": gradient_of(self._training)}
        values = []
        for kind, flat in kinds.items():
            if flat is None:
                continue
            matrices, biases = network.views(flat)
            for k, (matrix, bias) in enumerate(zip(matrices, biases, strict=True), 1):
                values += self._histogram(f"{kind}/layer_{k}", matrix)
                values += self._histogram(f"{kind}/layer_{k}_biases", bias)
        self._file.add(self._summary(value=values), step)

    def _histogram(self, tag: str, numbers: Vector) -> list[Any]:
        finite = np.asarray(numbers, np.float64)
        finite = finite[np.isfinite(finite)]
        # beyond this the sum of squares is no number
        if not finite.size or np.abs(finite).max() > 1e150:
            return []
        return list(self._make.histogram(tag, finite, BINS).value)

    def _picture(self, step: int) -> None:
        drawn = picture_of(self._training)
        if drawn is None:
            return
        image, said = drawn
        height, width = image.shape
        # tensorboardX would scale it to its own size, and pack it tighter: four times as long
        shown = self._summary.Image(
            height=height, width=width, colorspace=RGB, encoded_image_string=as_png(image)
        )
        made = self._summary(value=[self._summary.Value(tag="predictions", image=shown)])
        about = made.value[0].metadata
        about.plugin_data.plugin_name = "images"
        about.display_name, about.summary_description = "predictions", said
        self._file.add(made, step)

    def close(self, reason: str, detailed: bool) -> None:
        """Write what is left, and how it ended."""
        history = self._training.history
        step = history.appended
        if step > self._written and len(history):
            self.scalars(history[-1], step)
        if detailed and step > self._detailed and reason != StopReason.FAILED:
            self.details(step)
            self._training.problem.close()  # which was at work once more
        self._file.add(self._make.text("stop_reason", reason), step)
        self._file.add(self._end, step)
        self._file.close()


def _shown(value: Plain) -> Plain:
    """Return a parameter as the table takes it: no infinity."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
