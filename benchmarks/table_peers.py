"""Who learns tables beside the default, each at its own defaults: for `r_tables` and `keel`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def peers(classifies: bool) -> dict[str, Callable[[Any], Any]]:
    """Return, by name, what makes a model for a frame of inputs; ours is the last."""
    from catboost import CatBoostClassifier, CatBoostRegressor
    from lightgbm import LGBMClassifier, LGBMRegressor
    from sklearn import ensemble
    from sklearn.linear_model import LogisticRegression, RidgeCV

    from neurona import TableClassifier, TableRegressor

    alone = {"random_state": 0, "verbose": 0, "thread_count": 1, "allow_writing_files": False}
    quiet = {"random_state": 0, "verbose": -1, "n_jobs": 1}
    line: Any = LogisticRegression(max_iter=2000) if classifies else RidgeCV(np.logspace(-3, 4, 15))
    boosted: Any = ensemble.HistGradientBoostingRegressor
    lightgbm, catboost, ours = LGBMRegressor, CatBoostRegressor, TableRegressor
    if classifies:
        boosted = ensemble.HistGradientBoostingClassifier
        lightgbm, catboost, ours = LGBMClassifier, CatBoostClassifier, TableClassifier
    return {
        "line": lambda inputs: for_matrices(inputs, line),
        "boosted": lambda inputs: for_matrices(inputs, boosted(random_state=0)),
        "lightgbm": lambda inputs: for_matrices(inputs, lightgbm(**quiet)),
        "catboost": lambda inputs: for_matrices(inputs, catboost(**alone)),
        "neurona": lambda inputs: ours(random_state=0, n_threads=1),
    }


def for_matrices(inputs: Any, model: Any) -> Any:
    """Return a pipeline that makes numbers of a frame: medians for what is missing, columns of 0
    and 1 for words.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = list(inputs.select_dtypes("number"))
    words = [column for column in inputs if column not in numbers]
    to_numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    to_columns = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing", missing_values=None),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    )
    split = ColumnTransformer([("numbers", to_numbers, numbers), ("words", to_columns, words)])
    return make_pipeline(split, model)
