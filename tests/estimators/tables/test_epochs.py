"""What networks said at an epoch that the held-out rows did not choose, and what that is for."""

from types import SimpleNamespace

import numpy as np
import pytest

from neurona import TableRegressor
from neurona.errors import CollapsedWarning
from neurona.estimators.tables.contest.epochs import Epochs, said_unchosen
from neurona.training.plan import Validation


def trained(losses, fold):
    """A fold that said 100 x fold + epoch, with these losses."""
    training = SimpleNamespace(validation=Validation(None, 1, lambda outputs: -1.0), history=[])
    epochs = Epochs(training)
    for number, loss in enumerate(losses):
        assert training.validation.score(np.array([[100.0 * fold + number]])) == -1.0
        training.history.append(SimpleNamespace(val_loss=loss))
    return epochs


def test_the_epoch_is_the_best_of_the_others():
    folds = [
        trained([1.0, 0.1, 0.5, 0.9], 0),
        trained([1.0, 0.5, 0.4, 0.9], 1),
        trained([1.0, 0.6, 0.5, 0.1], 2),
    ]
    # sums of logarithms without each fold in turn: of 2 and 3, of 1 and 3, of 1 and 2
    # fold 0: .30, .20, .09 -> 3; fold 1: .06, .25, .09 -> 1; fold 2: .05, .20, .81 -> 1
    assert [float(one[0, 0]) for one in said_unchosen(folds)] == [3.0, 101.0, 201.0]


def test_a_fold_that_ended_early_stays_as_it_was_and_nothing_finite_is_preferred():
    folds = [trained([0.9, 0.8], 0), trained([0.9, 0.9, 0.1], 1), trained([np.nan, 0.9, 0.1], 2)]
    assert [float(one[0, 0]) for one in said_unchosen(folds)] == [1.0, 102.0, 202.0]


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_noise_is_told_by_its_mean(seed):
    """Networks that stop where a fold likes them best say more of it than the mean does."""
    random = np.random.default_rng(seed)
    X, y = random.normal(size=(2120, 6))[:120], random.normal(size=2120)[:120]
    with pytest.warns(CollapsedWarning, match="not clearly better"):
        model = TableRegressor(random_state=0, n_threads=2).fit(X, y)
    assert {one.name: one.weight for one in model.candidates_}["constant"] == 1
    assert any("no more than chance" in note for note in model.notes_)
    silu = next(one for one in model.candidates_ if one.name.startswith("silu"))
    assert silu.loss < 1.1 * model.candidates_[0].loss  # and not because they learned nothing
