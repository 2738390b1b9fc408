"""How good the clusters are that the product makes of a list: against labels, and against the list in other orders."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from tests.bench import keyword_lists, large_list
from tests.bench.grouping import Grouping, alone, by_product, in_order
from tests.bench.keyword_lists import AHREFS, KeywordList
from tests.bench.report import Report
from tests.lib.pipeline.drive import tools_for
from tests.postgres_server import SharedServer, copy_of, run_on_server, with_database
from tests.sandbox_server import SandboxServer

SHUFFLES = 3
LARGE = (2_000, 20_000, 100_000)
"""Lists of which only the plan is measured, in keywords; together a minute or two."""


def main() -> None:
    """Print the table."""
    report = Report("Clusters")
    with bench_of_lists() as bench:
        measure(report, bench, keyword_lists.labelled())
        if AHREFS.exists():
            measure(report, bench, keyword_lists.ahrefs())
        else:
            print(f"The Ahrefs sample is left out: there is no {AHREFS.name} in {AHREFS.parent}.")
        demo = keyword_lists.demo()
        report.add("demo_product", **bench.cluster(demo).figures(demo.labels))
    for number in LARGE:
        report.add(f"plan_{number}", **large_list.measure(number))
    report.show()


def measure(report: Report, bench: Bench, given: KeywordList) -> None:
    """Every way of grouping one list; then the product again on the list in other orders."""
    ways: dict[str, Callable[[], Grouping]] = {
        "alone": lambda: alone(given.keywords),
        "file_order": lambda: in_order(given.keywords),
        "label_order": lambda: in_order(given.by_label),
        "product": lambda: bench.cluster(given),
    }
    found = {name: group() for name, group in ways.items()}
    for name, grouping in found.items():
        report.add(f"{given.name}_{name}", **grouping.figures(given.labels))
    for seed in range(1, SHUFFLES + 1):
        again = bench.cluster(given.shuffle(seed))
        agreement = round(again.agreement(found["product"]), 3)
        report.add(
            f"{given.name}_product_shuffled_{seed}", **again.figures(given.labels), ari_with_first_order=agreement
        )


@dataclass(frozen=True)
class Bench:
    """A PostgreSQL server and a sandbox on which lists are clustered."""

    server: SharedServer
    sandbox: SandboxServer
    folder: Path

    def cluster(self, given: KeywordList) -> Grouping:
        """The product's clusters of the list, in a database that has seen no other; some of them may be unplaced."""
        name = f"bench_{uuid.uuid4().hex[:12]}"
        run_on_server(self.server.url(), copy_of(self.server.template(), name))
        engine = make_engine(with_database(self.server.url(), name))
        tools = tools_for(session_factory(engine, PLATFORM), self.sandbox.base_url, self.folder)
        self.sandbox.reset()
        try:
            found = by_product(tools, given, self.folder)
        finally:
            engine.dispose()
            run_on_server(self.server.url(), f'DROP DATABASE "{name}" WITH (FORCE)')
        if found.unplaced:
            print(f"{found.unplaced} keywords of {given.name} came into no cluster.")
        return found


@contextmanager
def bench_of_lists() -> Iterator[Bench]:
    """Both servers, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="igny8-bench-"))
    server = SharedServer(folder)
    try:
        with SandboxServer() as sandbox:
            yield Bench(server, sandbox, folder)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
