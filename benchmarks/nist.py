"""NIST's reference problems of nonlinear regression (StRD): digits reached, SciPy's solvers beside.

Run `python benchmarks/nist.py [PROBLEM ...]`; prints a Markdown table. The problems lie in
../shared/data/nist_strd beside the repository. Digits are the worst parameter's,
-log10(|found - certified| / |certified|); certified values have 11. Every solver gets the exact
Jacobian from the computation graph and its defaults, but SciPy's tolerances are lowered to 1e-15.
"""

from __future__ import annotations

import ast
import json
import operator
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "nist_strd"

OPERATIONS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Pow: operator.pow, ast.USub: operator.neg,
}  # fmt: skip
FUNCTIONS: dict[str, Any] = {
    "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "arctan": np.arctan,
}  # fmt: skip


def evaluate(expression: str, names: dict[str, Any]) -> Any:
    """Evaluate arithmetic on names: the operators and functions above and nothing else."""

    def visit(node: Any) -> Any:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number) if isinstance(number, float) else number
            case ast.Name(id=name):
                return np.pi if name == "pi" else names[name]
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATIONS[type(op)](visit(left), visit(right))
            case ast.UnaryOp(op=op, operand=operand):
                return OPERATIONS[type(op)](visit(operand))
            case ast.Call(func=ast.Name(id=function), args=[argument], keywords=[]):
                return FUNCTIONS[function](visit(argument))
        raise ValueError(f"{expression!r}: {ast.dump(node)} is not arithmetic")

    return visit(ast.parse(expression, mode="eval").body)


@dataclass(frozen=True)
class Regression:
    """One problem: the model's expression, its data, two starts, the certified answer."""

    name: str
    level: str
    model: str
    response: Any
    predictors: dict[str, Any]
    starts: tuple[Any, Any]
    certified: Any
    deviations: Any
    sum_of_squares: float

    def residuals(self, b: Any) -> Any:
        """Return model less response; `b` may be an array or a node of the graph."""
        parameters = {f"b{k + 1}": b[k] for k in range(self.certified.size)}
        return evaluate(self.model, {**self.predictors, **parameters}) - self.response

    def digits(self, found: Any) -> float:
        """Return the digits of the worst parameter, 0 to 11."""
        error = np.abs(np.asarray(found) - self.certified) / np.abs(self.certified)
        worst = float(np.nan_to_num(error, nan=1.0).max())
        return float(np.clip(-np.log10(max(worst, 1e-11)), 0, 11))


def table_of(path: Path) -> Any:
    """Return the numbers on the lines that the file's head calls its data."""
    lines = path.read_text().splitlines()
    told = (re.search(r"^\s*Data\s+\(lines (\d+) to (\d+)", line) for line in lines)
    where = next(match for match in told if match)
    first, last = int(where[1]), int(where[2])
    return np.array([[float(cell) for cell in line.split()] for line in lines[first - 1 : last]])


def regressions(folder: Path = DATA) -> Iterator[Regression]:
    """Read all problems, in the order of the alphabet."""
    certified = json.loads((folder / "certified.json").read_text())
    for name, facts in sorted(certified.items()):
        table = table_of(folder / f"{name}.dat")
        predictors = {p: table[:, k + 1] for k, p in enumerate(facts["predictors"])}
        yield Regression(
            name,
            facts["level"],
            facts["model"],
            evaluate(facts["response"], {"y": table[:, 0]}),
            predictors,
            (np.array(facts["start1"]), np.array(facts["start2"])),
            np.array(facts["certified"]),
            np.array(facts["certified_sd"]),
            facts["certified_rss"],
        )


def scipys(problem: Regression, start: Any, method: Any) -> tuple[float, int]:
    """Return SciPy's digits and evaluations, with the exact Jacobian."""
    from scipy.optimize import least_squares

    from neurona.autodiff import jacobian

    try:
        found = least_squares(
            problem.residuals, start, jacobian(problem.residuals), method=method,
            xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=10_000,
        )  # fmt: skip
    except ValueError:  # its step led where the residuals are not finite
        return 0.0, 0
    return problem.digits(found.x), found.nfev


def main() -> None:
    import neurona

    wanted = sys.argv[1:]
    print("| problem | start | digits | evaluations | SciPy lm | | SciPy trf | |")
    print("|---|---|---|---|---|---|---|---|")
    solved = np.zeros(3, int)
    with np.errstate(all="ignore"):
        for problem in regressions():
            if wanted and problem.name not in wanted:
                continue
            for k, start in enumerate(problem.starts):
                fit = neurona.least_squares(problem.residuals, start)
                rows = [(problem.digits(fit.solution), fit.evaluations)]
                rows += [scipys(problem, start, method) for method in ("lm", "trf")]
                solved += [digits >= 4 for digits, _ in rows]
                cells = " | ".join(f"{digits:.1f} | {count}" for digits, count in rows)
                print(f"| {problem.name} | {k + 1} | {cells} |")
    print(f"\nAt least 4 digits: {solved[0]}, SciPy's lm {solved[1]}, trf {solved[2]}.")


if __name__ == "__main__":
    main()
