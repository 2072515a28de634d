"""What candidates count, and what judges them, where some were asked in one fold only."""

from types import SimpleNamespace

import numpy as np
import pytest

from neurona.data.split import Split
from neurona.estimators.tables.contest.judging import Judge

ROWS, IN_ONE = 1000, np.arange(200)
PRIOR = np.array([0.5, 1.0, 1.0, 1.0])
LINE, NETWORK, ONCE = 0, 1, 2


def judge(once, line=0.5, network=0.4):
    """A judge that has heard a line and a network of all five folds and another of the first; these
    are off by independent errors of such sizes.
    """
    random = np.random.default_rng(0)
    truth = random.normal(size=(ROWS, 1))
    held = np.array_split(np.arange(ROWS), 5)
    folds = [Split(np.setdiff1d(np.arange(ROWS), one), one, "") for one in held]
    task = SimpleNamespace(rows=ROWS, loss=SimpleNamespace(has_noise=True))
    entries = SimpleNamespace(outputs=truth, folds=folds, again=[], weights=None, task=task)
    found = Judge(entries)
    for number, size in enumerate((line, network, once)):
        answers = truth + size * random.normal(size=truth.shape)
        for part, fold in enumerate(folds[: 1 if number == ONCE else 5]):
            found.hears(number, part, answers[fold.held])
    return found


def optimal(*sizes):
    """The weights that make the mean of independent errors least."""
    precisions = 1 / np.square(sizes)
    return precisions / precisions.sum()


def test_those_of_all_folds_are_weighed_by_all_rows():
    """Independent errors, that of the constant (1) among them, count by their precisions."""
    found = judge(0.4).weights([LINE, NETWORK, ONCE], PRIOR, [LINE])
    alone = judge(0.4).weights([LINE, NETWORK], PRIOR[:3], [LINE])
    assert found.sum() == pytest.approx(1)
    assert found[1] / found[2] == pytest.approx(alone[1] / alone[2], rel=1e-12)
    np.testing.assert_allclose(alone, optimal(1.0, 0.5, 0.4), atol=0.06)
    np.testing.assert_allclose(found, optimal(1.0, 0.5, 0.4, 0.4), atol=0.08)


def test_the_rows_of_one_fold_do_not_change_what_others_count_among_themselves():
    """However bad or good a network is that was tried in one fold."""
    good, bad = (judge(once).weights([LINE, NETWORK, ONCE], PRIOR, [LINE]) for once in (0.3, 9.0))
    assert good[3] > 0.3 and bad[3] == 0
    assert good[1] / good[2] == pytest.approx(bad[1] / bad[2], rel=1e-12)


@pytest.mark.parametrize(("share", "rows"), [(0.49, ROWS), (0.51, len(IN_ONE))])
def test_rows_judge_all_together_where_most_of_it_was_asked(share, rows):
    weights = np.array([0.0, 1 - share, 0.0, share])
    known = judge(0.4)
    assert len(known.rows([LINE, NETWORK, ONCE])) == len(IN_ONE)
    assert len(known.rows([LINE, NETWORK, ONCE], weights)) == rows
    assert known.beside(LINE, [LINE, NETWORK, ONCE], weights).rows == rows


def test_of_each_row_those_speak_that_were_asked():
    known, weights = judge(0.4), np.array([0.0, 0.2, 0.6, 0.2])
    said = known.mixed([LINE, NETWORK, ONCE], weights)
    line, network, once = (known.answers(number) for number in (LINE, NETWORK, ONCE))
    np.testing.assert_allclose(
        said[IN_ONE], (0.2 * line + 0.6 * network + 0.2 * once)[IN_ONE], rtol=1e-12
    )
    others = np.setdiff1d(np.arange(ROWS), IN_ONE)
    np.testing.assert_allclose(said[others], (0.25 * line + 0.75 * network)[others], rtol=1e-12)


def test_where_all_but_the_constant_were_asked_in_one_fold_all_are_weighed_there():
    known = judge(0.1)
    found = known.weights([ONCE], PRIOR[[0, 3]], [])
    assert found[1] > 0.95
    assert len(known.rows([ONCE], found)) == len(IN_ONE)
