"""How long the plan of a large list takes, and how much memory: `python -m tests.bench.large_list 100000`.

In a process of its own, whose peak is nobody else's. The keywords are the project's labelled queries, widened as tools
widen them: by places, qualifiers and questions, the common ones often and most of them seldom.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from igny8_lib.ai.functions.auto_cluster import MAX_KEYWORDS
from igny8_lib.planner.likeness import Text
from igny8_lib.planner.neighbourhoods import requests_within
from tests.bench.keyword_lists import labelled

BEFORE = [
    *("how to", "best", "what is", "cheap", "why", "when to", "can you", "diy"),
    *("small", "easy", "professional", "new", "modern", "used", "local"),
]
BEHIND = [
    *("near me", "cost", "ideas", "for beginners", "guide", "tips", "2026", "price"),
    *("reviews", "problems", "tools", "at home", "vs", "in winter", "in spring", "perth"),
    *("sydney", "london", "berlin", "chicago", "toronto", "dublin", "leeds", "austin"),
    *("boston", "oslo", "wien", "glasgow", "denver", "york", "bath", "cork"),
]
REPOSITORY = Path(__file__).parents[2]


def large_list(number: int) -> list[Text]:
    """So many different keywords, the same ones each time."""
    found = dict.fromkeys(labelled().keywords)
    more = widened(list(found))
    while len(found) < number:
        found.setdefault(next(more))
    return [Text(at, text) for at, text in enumerate(list(found)[:number], start=1)]


def widened(queries: list[str]) -> Iterator[str]:
    """Queries with words before and behind them, without end; words of another query stand among them, too."""
    random = Random(1)  # noqa: S311 - the same list each time
    words = sorted({word for query in queries for word in query.split()})
    while True:
        before = pick(random, BEFORE) if random.random() < 0.5 else ""
        behind = pick(random, BEHIND) if random.random() < 0.7 else ""
        among = random.choice(words) if random.random() < 0.5 else ""
        yield " ".join(part for part in (before, random.choice(queries), among, behind) if part)


def pick(random: Random, words: list[str]) -> str:
    """A word: the first ones often, the last ones seldom (Zipf's law)."""
    return random.choices(words, [1 / place for place in range(1, len(words) + 1)])[0]


def peak_megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def plan(number: int) -> dict[str, float]:
    """Plan the list in this process: seconds, and by how much its peak grew."""
    texts = large_list(number)
    requests_within(texts[:100], "en", 100, MAX_KEYWORDS)  # libraries and stop words are loaded
    before, began, worked = peak_megabytes(), time.perf_counter(), time.process_time()
    requests = requests_within(texts, "en", number, MAX_KEYWORDS)
    return {
        "keywords": number,
        "requests": len(requests),
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),
        "more_mb": round(peak_megabytes() - before),
    }


def measure(number: int) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, str(number)]
    printed = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(printed)
    return figures


if __name__ == "__main__":
    print(json.dumps(plan(int(sys.argv[1]))))
