"""(a) A run of 200 keywords against its lower bound (waves × latency) and against one request after the other, on a new
platform and on one that knows its provider; (b) an empty run; (d) the memory of the whole stack."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update

from igny8_lib.models import AICall, AIEndpointDialect, AIRequestTime, AutomationConfig
from igny8_lib.stack import processes
from tests.bench.report import Report
from tests.journey.site_rows import newest_run, site_of
from tests.journey.sites import make_site
from tests.stack import Stack

DEMO = Path(__file__).parents[2] / "include" / "demo" / "search_console.csv"
IN_FLIGHT = 8
ARTICLES = 40
LATENCIES = (1.0, 5.0)
TARGETS = {1.0: 1.3, 5.0: 1.08}
"""At most so many times the bound, by seconds per AI request, on a quiet machine."""
COMPARISONS = 2
"""Stages that ask for vectors before they compare, all at once: of keywords, and of ideas with the site's pages."""
EMPTY_RUNS = 5
EMPTY_SECONDS = 1.5


def main() -> None:
    """Run all of it on one stack and print the figures."""
    report = Report()
    with Stack.started() as stack:
        memory(stack, report, "stack_idle_pss")
        for latency in LATENCIES:
            forget_provider(stack)
            for what in ("first", "second"):
                full_run(stack, report, latency, what)
        empty_runs(stack, report)
    report.show()


def full_run(stack: Stack, report: Report, latency: float, what: str) -> None:
    """The run of a new site with 200 keywords, limited to 40 articles. The first one finds a platform that was never
    asked anything: batches of the default size, one task a stage; the second one's fit the provider."""
    slug = f"bench-{latency:.0f}s-{what}"
    make_site(stack, slug, keywords=DEMO)
    limit_articles(stack, slug)
    stack.wait_for_dag(f"site__{slug}")
    stack.switch(latency_seconds=latency)
    seconds, tasks = timed_run(stack, slug)
    stack.switch(latency_seconds=0)
    requests = requests_by_work(stack, slug)
    bound = (sum(-(-number // IN_FLIGHT) for number in requests.values()) + COMPARISONS) * latency
    by_journal = sum(-(-number // IN_FLIGHT) for number in by_stage(requests).values()) * latency
    one_by_one = sum(requests.values()) * latency
    memory(stack, report, f"stack_pss_after_{slug}")
    report.add(
        f"{what}_run_of_200_keywords_{latency:.0f}s_per_request",
        seconds=round(seconds, 1),
        requests=sum(requests.values()),
        lower_bound_seconds=bound,
        ratio_to_bound=round(seconds / bound, 3),
        ratio_to_waves_of_the_journal=round(seconds / by_journal, 3),
        ratio_wanted=TARGETS[latency],
        seconds_above_bound=round(seconds - bound, 1),
        task_processes=processes_of(tasks),
        times_faster_than_one_by_one=round(one_by_one / seconds, 2),
    )


def forget_provider(stack: Stack) -> None:
    """What the platform knows of its provider is what a new one does: nothing."""
    with stack.sessions.begin() as session:
        for table in (AIRequestTime, AIEndpointDialect):
            session.execute(delete(table))


def processes_of(tasks: list[dict[str, Any]]) -> int:
    """Task instances that were a process of their own: `complete` is none, nor is what was skipped."""
    return sum(task["state"] == "success" and not task["task_id"].endswith(".complete") for task in tasks)


def limit_articles(stack: Stack, slug: str) -> None:
    """40 articles, so that a run has about 250 requests."""
    with stack.sessions.begin() as session:
        mine = AutomationConfig.site_id == site_of(session, slug).id
        session.execute(update(AutomationConfig).where(mine).values(max_tasks_per_run=ARTICLES))


def requests_by_work(stack: Stack, slug: str) -> dict[tuple[int, str], int]:
    """AI requests of the newest run, by stage and AI function: one function's answers are another's questions."""
    run = newest_run(stack.sessions, slug)
    with stack.sessions() as session:
        query = select(AICall.stage, AICall.operation, func.count()).where(AICall.run_id == run.id)
        found = session.execute(query.group_by(AICall.stage, AICall.operation))
        return {(stage, operation): number for stage, operation, number in found if stage is not None}


def by_stage(requests: dict[tuple[int, str], int]) -> dict[int, int]:
    """The same by stage alone, as if requests of a stage never waited for each other's answers."""
    found: Counter[int] = Counter()
    for (stage, _), number in requests.items():
        found[stage] += number
    return found


def timed_run(stack: Stack, slug: str) -> tuple[float, list[dict[str, Any]]]:
    """Seconds from the trigger to the end of the DAG run by Airflow's clock, and its task instances."""
    dag = f"site__{slug}"
    dag_run_id = stack.trigger(dag)
    ended = stack.wait(dag_run_id, dag_id=dag, seconds=1200)
    assert ended["state"] == "success", ended
    seconds = (datetime.fromisoformat(ended["end_date"]) - datetime.fromisoformat(ended["queued_at"])).total_seconds()
    return seconds, stack.tasks(dag, dag_run_id)


def empty_runs(stack: Stack, report: Report) -> None:
    """Runs with nothing pending: seconds, and task instances that needed a process."""
    make_site(stack, "bench-empty", keywords=None)
    timed_run(stack, "bench-empty")
    runs = [timed_run(stack, "bench-empty") for _ in range(EMPTY_RUNS)]
    seconds = sorted(seconds for seconds, _ in runs)
    report.add(
        "empty_run",
        seconds_median=round(seconds[len(seconds) // 2], 2),
        seconds_min=round(seconds[0], 2),
        seconds_max=round(seconds[-1], 2),
        seconds_wanted=EMPTY_SECONDS,
        task_processes=processes_of(runs[0][1]),
        task_instances=len(runs[0][1]),
    )


def memory(stack: Stack, report: Report, name: str) -> None:
    """Proportional set size of all processes of the stack."""
    used = processes.memory(stack.services.layout)
    report.add(name, megabytes=round(sum(each.pss for each in used) / 2**20), processes=len(used))


if __name__ == "__main__":
    main()
