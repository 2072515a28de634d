"""From the single neuron up."""

from __future__ import annotations

from neurona.neuron.separability import Inseparable, Separable, separability

__all__ = ["Inseparable", "Separable", "separability"]
