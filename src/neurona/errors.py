"""Everything neurona raises, warns of, or gives as a reason to stop.

NeuronaError
├── UnknownNameError (ValueError)      a name no registry knows
├── IncompatibleError (ValueError)     a pair that cannot be trained, e.g. Poisson loss on tanh
├── FormatError (ValueError)           a file that is damaged, hostile, or not neurona's
├── OperationError (TypeError)         something a computation graph cannot differentiate
├── DivergenceError (ValueError)       training left the finite numbers before one epoch was done
├── ClusterError (RuntimeError)        workers that are not there, or not any more
├── PluginError (ImportError)          something of another distribution that cannot be loaded
└── TableError (ValueError)            a table that cannot be used; names file, row, column, cell

ConvergenceWarning (scikit-learn's)
└── raised when the last epoch was reached before the stopping rule

DivergenceWarning (UserWarning)        training left the finite numbers later, or its loss rose far
above that of the start; the best weights seen stay
CollapsedWarning (UserWarning)         the model is no better than the trivial baseline
TableWarning (UserWarning)             a table was used, but not all of it as it came
CheckpointWarning (UserWarning)        a checkpoint could not be written; training goes on
"""

from __future__ import annotations

from enum import StrEnum


class NeuronaError(Exception):
    """Base of neurona's own exceptions."""


class UnknownNameError(NeuronaError, ValueError):
    """A name that no registry knows; the message lists the known ones and the nearest."""


class IncompatibleError(NeuronaError, ValueError):
    """Two choices that cannot work together; the message says why and what to take instead."""


class FormatError(NeuronaError, ValueError):
    """A file that cannot be read as a model or checkpoint; the message says what is wrong."""


class OperationError(NeuronaError, TypeError):
    """A function or option that no computation graph can carry; the message lists near ones."""


class DivergenceError(NeuronaError, ValueError):
    """Training left the finite numbers before a single epoch was done."""


class DivergenceWarning(UserWarning):
    """Training left the finite numbers, or its loss rose far; the best weights seen were kept."""


class PluginError(NeuronaError, ImportError):
    """Something that another distribution offers cannot be loaded; the message says whose it is."""


class ClusterError(NeuronaError, RuntimeError):
    """A cluster that has no workers, or loses them again and again; the message says what to do."""


class TableError(NeuronaError, ValueError):
    """A table that cannot be read or used: the sentence names the place and says what to do."""


class CollapsedWarning(UserWarning):
    """The model predicts no better than the mean, or the most frequent class, of the targets."""


class TableWarning(UserWarning):
    """A table was used, but not all of it as it came; the sentence says what was done."""


class CheckpointWarning(UserWarning):
    """A checkpoint could not be written; training goes on, and the sentence says what is tried."""


class StopReason(StrEnum):
    """Why a training ended, in a sentence; a callback may give its own instead."""

    MAX_EPOCHS = "the maximum number of iterations was reached"
    LOSS_FLAT = "the training loss did not improve by more than tol for n_iter_no_change epochs"
    MONITOR_FLAT = (
        "the validation result did not improve by more than tol for n_iter_no_change epochs"
    )
    RATE_TOO_SMALL = "the learning rate became too small"
    NO_MISTAKES = "a whole epoch passed without a mistake"
    CONVERGED = "the gradient or the decrease of the loss fell below the tolerance"
    NO_PROGRESS = "no step lowers the function any more at working precision"
    STEEP = (
        "the function hardly falls any more, but its slope is not zero: a kink, an edge, or "
        "derivatives that do not fit the function"
    )
    TINY = (
        "the function's numbers are too small for the tolerances: minimize a multiple of it, whose "
        "values are near 1"
    )
    EVIDENCE_FLAT = "the evidence for the model did not rise any more"
    STEP_TOO_SMALL = "the step became smaller than its tolerance"
    MAX_EVALUATIONS = "the maximum number of function evaluations was reached"
    DIVERGED = (
        "the loss or the weights left the finite numbers, or the loss rose far above that of the "
        "start"
    )
    TIME = "its share of the time budget was over"
    INTERRUPTED = "training was interrupted by the user"
    FAILED = "an error ended training"
    ONE_EPOCH = "one epoch of partial_fit was done"
