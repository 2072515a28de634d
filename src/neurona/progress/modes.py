"""The modes of a screen: in which way epochs are shown."""

from __future__ import annotations

from neurona.progress.epochs import Epochs, KerasLines, Lines
from neurona.progress.surface import LiveSurface, Surface


def shown_as(mode: str, surface: Surface, plot: bool = False) -> Epochs:
    """Return what shows epochs in one of the modes of a `Screen`."""
    if mode == "live" and isinstance(surface, LiveSurface):
        # what draws is not needed in a log
        from neurona.progress.live import LiveEpochs

        return LiveEpochs(surface, plot)
    if mode == "epochs":
        return KerasLines(surface)
    return Lines(surface, mode != "none")
