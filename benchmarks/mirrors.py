"""What a mirror costs a sweep: the same sweep of quick trials with and without it, in turn, in one run.

    python benchmarks/mirrors.py                      MLflow, 1,000 and 10,000 trials, which take about twelve minutes
    python benchmarks/mirrors.py trackio 1000 4000    another mirror, other sizes

Wall time is that of the sweep's command, CPU that of all its processes, the mirror among them if the sweep waits for it. Trials
are of five folds of a small tree on iris, as short as real ones are: a mirror costs the same beside longer ones. The marginal
cost is that of further trials between the two sizes; the fixed one is what is left of the smaller sweep.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from overhead import WORKERS, Cost, cost

SWEEP = [sys.executable, "-m", "harness", "run", "-m", "dataset=iris", "model=tree", f"workers={WORKERS}"]
PAIRS = {1_000: 3, 10_000: 1}
"""How often each size is run, with and without; others three times."""


def pairs(mirror: str, n_trials: int) -> Iterator[tuple[Cost, Cost]]:
    """Without and with the mirror, each in a folder of its own; which one is first alternates."""
    for number in range(PAIRS.get(n_trials, 3)):
        found = {}
        for name in ("none", mirror) if number % 2 == 0 else (mirror, "none"):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # a mirror ends after its sweep
                found[name] = cost([*SWEEP, f"seed=range(0,{n_trials})", f"mirror={name}", f"results={folder}"])
        yield found["none"], found[mirror]


def main() -> None:
    """Print a table of both sizes, and the marginal and the fixed cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirror", nargs="?", default="mlflow")
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000])
    words = parser.parse_args()
    few, many = sorted(words.sizes)[0], sorted(words.sizes)[-1]
    head = f"{'trials':>8} {'without, s':>12} {'with, s':>10} {'ratio':>7} {'CPU without':>12} {'CPU with':>9}"
    print(f"{head}   ratios pair by pair")
    walls = {}
    for size in (few, many):
        found = list(pairs(words.mirror, size))
        without, with_it = ([pair[side].wall for pair in found] for side in (0, 1))
        ratios = [one / other for one, other in zip(with_it, without, strict=True)]
        cpus = [statistics.median(pair[side].cpu for pair in found) for side in (0, 1)]
        walls[size] = statistics.median(without), statistics.median(with_it)
        each = " ".join(f"{ratio:.3f}" for ratio in ratios)
        print(
            f"{size:8,} {walls[size][0]:12.2f} {walls[size][1]:10.2f} {statistics.median(ratios):7.3f} "
            f"{cpus[0]:12.1f} {cpus[1]:9.1f}   {each}",
            flush=True,
        )
    without, with_it = ((walls[many][side] - walls[few][side]) / (many - few) for side in (0, 1))
    fixed = (walls[few][1] - few * with_it) - (walls[few][0] - few * without)
    print(
        f"a further trial: {1e3 * without:.2f} ms without, {1e3 * with_it:.2f} ms with, {100 * (with_it / without - 1):+.1f} %"
    )
    print(f"fixed: {fixed:+.1f} s")


if __name__ == "__main__":
    main()
