"""`python -m tests.bench [name …]`: all benchmarks, or some (clusters, credits, import, pipeline …; see NAMES)."""

from __future__ import annotations

import importlib
import logging
import sys
import warnings
from pathlib import Path

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> None:
    """Run the chosen benchmarks one after the other."""
    chosen = sys.argv[1:] or NAMES
    if unknown := set(chosen) - set(NAMES):
        raise SystemExit(f"There is no benchmark {', '.join(sorted(unknown))}: choose from {', '.join(NAMES)}.")
    logging.disable(logging.INFO)  # figures are what people came for, not what migrations and servers say
    warnings.simplefilter("ignore")
    for name in chosen:
        importlib.import_module(f"tests.bench.bench_{name}").main()


if __name__ == "__main__":
    main()
