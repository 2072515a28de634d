"""The healthy of the zoo, of which nothing should be said."""

from __future__ import annotations

from typing import Any

from benchmarks.zoo_patients import SEEDS, add, patient
from benchmarks.zoo_sets import classes, quantity
from neurona import TableClassifier, TableRegressor


def healthy() -> None:
    sets = {
        "develop": (("friedman", 1500), ("concrete", 1000), ("moons", 900), ("wine", 178),
                    ("blobs", 900), ("diabetes", 442), ("iris", 150)),
        "report": (("waves", 2000), ("kin8nm", 3000), ("rings", 900), ("breast_cancer", 569),
                   ("power_plant", 3000), ("digits", 1500), ("waves", 900)),
        "tune": (("friedman", 1200), ("concrete", 800), ("sheets", 1200), ("rings", 700),
                 ("wine", 170), ("diabetes", 400)),
    }  # fmt: skip
    good = {"early_stopping": True, "n_iter_no_change": 40, "max_iter": 2000, "monitor": "val_loss",
            "tol": 1e-5,
            "learning_rate_init": 0.003, "alpha": 0.1}  # fmt: skip
    for half, names in sets.items():
        for number, (name, rows) in enumerate(names):
            task = (
                "quantity"
                if name in ("friedman", "concrete", "diabetes", "waves", "kin8nm", "power_plant")
                else "classes"
            )
            good["alpha"] = 0.1 if task == "quantity" else 0.001
            small = {"hidden_layer_sizes": (20,), "alpha": 3.0} if rows < 500 else {}
            for more in ({}, {"activation": "tanh", "solver": "lbfgs", "early_stopping": False,
                              "monitor": "auto", "max_iter": 300,
                              "alpha": 10.0 if rows < 500 else 1.0}):  # fmt: skip
                add("", name, rows, half, task, number, {**good, **small, **more},
                    quick=rows < 600 and not more)  # fmt: skip
            if rows < 1600:
                seed = number + SEEDS[half]
                add_table(name, rows, half, task, seed)


def add_table(name: str, rows: int, half: str, task: str, seed: int) -> None:
    is_shared = name in ("concrete", "kin8nm", "power_plant")
    given = f"uci_{name}" if is_shared else name

    def make() -> tuple[Any, Any, Any]:
        X, y = (quantity if task == "quantity" else classes)(given, rows, seed)
        cls = TableRegressor if task == "quantity" else TableClassifier
        return cls(solver="adam", steps=12000, hidden_layer_sizes=(32,), alpha=0.01,
                   learning_rate_init=0.01,
                   random_state=seed), X, y  # fmt: skip

    patient(f": table {name}", half, "", make, needs=f"{given}.npz" if is_shared else "",
            alone=True)  # fmt: skip
