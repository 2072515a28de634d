"""One training step in the open: forward, backward, update, every number of it; and the check of
a gradient.
"""

from neurona.tracing.check import GradientReport, check_gradient
from neurona.tracing.parts import Backward, Change, Forward, Trace, Update
from neurona.tracing.step import trace

__all__ = [
    "Backward",
    "Change",
    "Forward",
    "GradientReport",
    "Trace",
    "Update",
    "check_gradient",
    "trace",
]
