"""How long a training step takes, against scikit-learn and JAX, as ratios in one run.

Run `python -m benchmarks.steps` (about five minutes). Each peer runs in processes of its own with
one and with two threads, in turn, twice; the least time counts. A peer that is not installed is
left out with a note. The share of a core's peak is measured by `benchmarks.peak` in the same run.
"""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys

from benchmarks.cases import CASES

ROUNDS = 2
NEEDS = {"scikit-learn": "sklearn", "JAX": "optax"}
TARGETS = {
    CASES[0].name: (40, 6),
    CASES[1].name: (45, 7),
    CASES[2].name: (4, 1.5),
    CASES[3].name: (3, 1.4),
}
"""How many times faster than scikit-learn and than JAX it should be."""


def measure(peer: str, threads: int) -> dict[str, float]:
    """Return microseconds per step by case, or nothing if the peer fails."""
    command = [sys.executable, "-m", "benchmarks.peers", peer, str(threads)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(f"{peer} with {threads} thread(s) failed: {done.stderr.strip().splitlines()[-1]}")
        return {}
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def measure_all() -> dict[tuple[str, int], dict[str, float]]:
    """Return the least time of every peer and thread count, the peers taking turns."""
    peers = ["neurona", "neurona float64", "scikit-learn", "JAX"]
    for peer, module in NEEDS.items():
        if importlib.util.find_spec(module) is None:
            print(f"{peer} is not installed: left out")
            peers.remove(peer)
    found: dict[tuple[str, int], dict[str, float]] = {}
    for _ in range(ROUNDS):
        for peer in peers:
            for threads in (1, 2):
                known = found.setdefault((peer, threads), {})
                for case, time in measure(peer, threads).items():
                    known[case] = min(time, known.get(case, math.inf))
    return found


def best_of(found: dict[tuple[str, int], dict[str, float]], peer: str, case: str) -> float:
    """Return a peer's time with one or two threads, the better; inf if it was not measured."""
    return min(found.get((peer, threads), {}).get(case, math.inf) for threads in (1, 2))


def main() -> None:
    found = measure_all()
    print("\nmicroseconds per step, float32, the better of 1 and 2 threads")
    print("| network x batch | neurona | scikit-learn | ratio (target) | JAX | ratio (target) |")
    print("|---|---|---|---|---|---|")
    for case in CASES:
        own = best_of(found, "neurona", case.name)
        cells = [case.name, f"{own:.2f}"]
        for peer, target in zip(("scikit-learn", "JAX"), TARGETS[case.name], strict=True):
            other = best_of(found, peer, case.name)
            ratio = other / own
            met = "met" if ratio >= target else "MISSED"
            cells += (
                ["-", "-"]
                if math.isinf(other)
                else [f"{other:.1f}", f"{ratio:.1f} (>= {target}: {met})"]
            )
        print("| " + " | ".join(cells) + " |")
    print("\n| network x batch | 1 thread | 2 threads | ratio | float64 | to float32 |")
    print("|---|---|---|---|---|---|")
    for case in CASES:
        one, two = (found["neurona", threads][case.name] for threads in (1, 2))
        wide = best_of(found, "neurona float64", case.name)
        ratio = wide / best_of(found, "neurona", case.name)
        print(
            f"| {case.name} | {one:.2f} | {two:.2f} | {one / two:.2f} | {wide:.2f} | {ratio:.2f} |"
        )
    subprocess.run([sys.executable, "-m", "benchmarks.peak"], check=False)


if __name__ == "__main__":
    main()
