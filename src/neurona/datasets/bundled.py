"""The real tables that come with scikit-learn, which is imported when one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from neurona.datasets.catalog import CATALOG, Fixed
from neurona.datasets.dataset import Array, Dataset, Task

Bunch = Any


@dataclass(frozen=True)
class Bundled:
    """How one of scikit-learn's tables becomes a Dataset.

    `labels` says whether the classes have names; `target_names` is empty where the table has them.
    """

    name: str
    task: Task
    description: str
    source: str
    labels: bool = False
    target_names: tuple[str, ...] = ()
    input_units: tuple[str, ...] = ()
    target_units: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()


BUNDLED = (
    Bundled(
        "breast-cancer",
        "classification",
        "569 breast masses, each with 30 measures of its cell nuclei from a fine needle aspirate: "
        "is it malignant or benign?",
        "W. Wolberg, W. Street, O. Mangasarian, Wisconsin Diagnostic Breast Cancer, UCI, 1995",
        labels=True,
        target_names=("diagnosis",),
    ),
    Bundled(
        "diabetes",
        "regression",
        "442 diabetes patients: age, sex, body mass index, blood pressure and six blood serum "
        "measures, in their own units (not scikit-learn's scaled ones), and how far the disease "
        "had gone a year later.",
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least Angle Regression, 2004",
        target_names=("progression",),
        input_units=("years", "", "kg/m^2", "mmHg", "", "", "", "", "", ""),
        options=(("scaled", False),),
    ),
    Bundled(
        "digits",
        "classification",
        "1,797 handwritten digits, each a picture of 8 x 8 grey values from 0 to 16: which digit "
        "is it?",
        "E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (test part), UCI, 1998",
        target_names=("digit",),
    ),
    Bundled(
        "iris",
        "classification",
        "150 irises: length and width of sepals and petals, and which of three species it is. One "
        "species is apart from the others, which overlap.",
        "R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936",
        labels=True,
        target_names=("species",),
        input_units=("cm",) * 4,
    ),
    Bundled(
        "linnerud",
        "regression",
        "20 men of a fitness club: three exercises (chin-ups, sit-ups, jumps) and three bodily "
        "measures (weight, waist, pulse). Hardly any rows, three targets.",
        "M. Tenenhaus, La regression PLS, 1998",
        target_units=("lb", "in", "1/min"),
    ),
    Bundled(
        "wine",
        "classification",
        "178 wines from three growers of one region of Italy: 13 chemical measures. The columns "
        "differ in scale by four powers of ten, so unscaled inputs train badly.",
        "M. Forina et al., PARVUS; S. Aeberhard, UCI Wine, 1991",
        labels=True,
        target_names=("grower",),
    ),
)


def _load(bundled: Bundled) -> Dataset:
    from sklearn import datasets

    loader: Callable[..., Bunch] = getattr(datasets, f"load_{bundled.name.replace('-', '_')}")
    bunch = loader(**dict(bundled.options))
    return Dataset(
        name=bundled.name,
        X=np.array(bunch.data, np.float64, order="C"),
        y=_targets(bundled, bunch),
        input_names=tuple(str(name) for name in bunch.feature_names),
        target_names=bundled.target_names or tuple(str(name) for name in bunch.target_names),
        task=bundled.task,
        description=bundled.description,
        source=f"{bundled.source}; bundled with scikit-learn",
        input_units=bundled.input_units,
        target_units=bundled.target_units,
    )


def _targets(bundled: Bundled, bunch: Bunch) -> Array:
    if bundled.labels:
        labels: Array = np.array(bunch.target_names, np.str_)[bunch.target]
        return labels
    return np.array(bunch.target, np.float64 if bundled.task == "regression" else np.int64)


for _bundled in BUNDLED:
    CATALOG[_bundled.name] = Fixed(partial(_load, _bundled))
