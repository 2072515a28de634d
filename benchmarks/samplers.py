"""Which plan finds the better candidate in the same time: ours, or Optuna's sampler on our space.

Run `python -m benchmarks.samplers [--seconds S] [SET ...]`; prints a Markdown table of the loss
that candidates are judged by (less is better), on sets and by the judge of benchmarks/search.py:
rounds of halving and steps from the best (`choosing/rounds.py`); only draws from the prior, each
trained to the end; Optuna's TPE over the same choices, each trained to the end. Seconds are those
of the processor, one candidate at a time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.search import DATA, case_of, written
from neurona.choosing.ladders import Ladder, Shapes, Words
from neurona.choosing.rounds import Rounds, rungs_of
from neurona.choosing.space import Space, make_space
from neurona.runs import Settings
from neurona.runs.searching.judge import Judge
from neurona.runs.training_data import gather
from neurona.training.blas import one_blas_thread

SETS = ("sonar", "energy", "wine_red", "wall_following", "kin40k", "emotions")
clock = time.process_time


def judge_of(name: str, folder: Path, seconds: float) -> tuple[Judge, Space]:
    path, task = written(case_of(name, 0), folder)
    about = json.loads((DATA / f"{name}.json").read_text())
    settings = Settings.of(
        {
            "data.source": str(path),
            "data.target": about["targets"],
            "data.test_share": 0.0,
            "data.task": task,
        }
    )
    judge = Judge(settings, gather(settings))
    return judge, make_space(judge.facts, {}, seconds / 8)


def judged(judge: Judge, parameters: Any, folds: int) -> float:
    losses = [judge.loss(parameters, fold, 1, lambda: False) for fold in range(folds)]
    return judge.combined(losses)


def by_rounds(judge: Judge, space: Space, seconds: float) -> tuple[float, int]:
    rounds = Rounds(space, [("default", {})], rungs_of(len(judge.folds)), 0, None)
    plan, until = rounds.plan(), clock() + seconds
    batch = next(plan)
    while clock() < until:
        rung = rounds.rungs[batch.rung]
        losses = []
        for one in batch.candidates:
            losses.append(judged(judge, space.reduced(one.parameters, rung.effort), rung.folds))
            if clock() > until:
                break
        if len(losses) < len(batch.candidates):
            break
        batch = plan.send(losses)
    best = rounds.best()
    assert best is not None
    return best.losses[rounds.last], len(rounds.candidates)


def by_draws(judge: Judge, space: Space, seconds: float) -> tuple[float, int]:
    random = np.random.RandomState(0)
    return best_of(judge, seconds, lambda: space.draw(random), lambda loss: None)


def by_optuna(judge: Judge, space: Space, seconds: float) -> tuple[float, int]:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=0, multivariate=True, group=True)
    )
    trials = []

    def ask() -> Any:
        trial = study.ask()
        trials.append(trial)
        family = trial.suggest_categorical("family", list(space.families))
        return {
            key: suggested(trial, f"{family} {key}", choice)
            for key, choice in space.choices[family].items()
        }

    return best_of(judge, seconds, ask, lambda loss: study.tell(trials[-1], min(loss, 1e9)))


def suggested(trial: Any, name: str, choice: Any) -> Any:
    if isinstance(choice, Ladder):
        return choice.values[trial.suggest_int(name, 0, len(choice.values) - 1)]
    if isinstance(choice, Words):
        return trial.suggest_categorical(name, list(choice.weights))
    assert isinstance(choice, Shapes)
    if choice.alone and trial.suggest_categorical(f"{name} auto", [True, False]):
        return "auto"
    width = suggested(trial, f"{name} width", choice.widths)
    return [width] * suggested(trial, f"{name} depth", choice.depths)


def best_of(
    judge: Judge, seconds: float, ask: Callable[[], Any], tell: Callable[[float], object]
) -> tuple[float, int]:
    until = clock() + seconds
    best, count = judged(judge, {}, len(judge.folds)), 1
    while clock() < until:
        loss = judged(judge, ask(), len(judge.folds))
        if clock() > until:
            break
        tell(loss)
        best, count = min(best, loss), count + 1
    return best, count


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("sets", nargs="*")
    given = options.parse_args()
    warnings.simplefilter("ignore")
    print("| set | rounds | draws alone | Optuna's TPE |\n|---|---|---|---|")
    for name in given.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            judge, space = judge_of(name, Path(folder), given.seconds)
            with one_blas_thread():
                found = [
                    run(judge, space, given.seconds) for run in (by_rounds, by_draws, by_optuna)
                ]
        cells = " | ".join(f"{loss:.4f} ({count} tried)" for loss, count in found)
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
