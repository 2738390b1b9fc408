"""(e) Importing keywords: rows in a CPU second of this process, rows in a second of time, statements, and memory."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from pathlib import Path

from sqlalchemy import event

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.sources import MAX_ROWS
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.sites import make_site

ROWS = 200_000


def main() -> None:
    """Import a table twice: all rows are new, then all are known."""
    report = Report()
    with bench_database() as url, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keywords.csv"
        write_table(path, ROWS)
        engine = make_engine(url)
        sessions = session_factory(engine, PLATFORM)
        with sessions.begin() as session:
            site_id = make_site(session).id
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        for name in ("import_new", "import_known"):
            statements.clear()
            began, cpu = time.perf_counter(), time.process_time()
            with sessions.begin() as session:
                import_keywords(session, site_id, path)
            cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
            report.add(
                name,
                rows=ROWS,
                seconds=round(seconds, 1),
                rows_per_second=round(ROWS / seconds),
                rows_per_cpu_second=round(ROWS / cpu),
                statements=len(statements),
            )
        tracemalloc.start()
        with sessions() as session:
            import_keywords(session, site_id, path, dry_run=True)
        report.add("import_memory", peak_mb=round(tracemalloc.get_traced_memory()[1] / 2**20, 1), most_rows=MAX_ROWS)
        tracemalloc.stop()
    report.show()


def write_table(path: Path, rows: int) -> None:
    """An export with the measures that tools give, some keywords with letters beyond ASCII."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Keyword,Volume,KD,CPC,Intent,Parent Keyword\n")
        for number in range(rows):
            lamp = "lámpara" if number % 5 == 0 else "lamp"
            file.write(f"{lamp} number {number} for kitchens,{number % 900},{number % 100},{number % 7}.5,C,lamp\n")


if __name__ == "__main__":
    main()
