"""Compile the kernels of training and of answering for one type of numbers.

`python -m neurona.runs.compiling.kernels_of_training float32` is for another process, which
compiles the rest meanwhile and finds these among what is kept.
"""

from __future__ import annotations

import sys
from contextlib import closing

from neurona.compiled.announcements import announced_to, unheard
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.runs.compiling.tiny_trainings import answer, tiny_problem


def compile_training(dtype: str) -> None:
    """Compile the kernels for numbers of a type, unless they are kept already."""
    plain, loss = ACTIVATIONS.find("identity"), LOSSES.find("squared_error")
    with (
        announced_to(unheard),
        closing(tiny_problem([plain, plain], loss, None, dtype)) as one,
    ):
        answer(one)


if __name__ == "__main__":
    compile_training(sys.argv[1])
