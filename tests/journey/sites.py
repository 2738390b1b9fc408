"""Sites of a real stack, made and run as people do it."""

from __future__ import annotations

from pathlib import Path

from tests.stack import Stack

SAMPLE = Path(__file__).parents[2] / "include" / "samples" / "keywords" / "search_console_en.csv"


def make_site(stack: Stack, slug: str, *, funds: int = 100_000, keywords: Path | None = SAMPLE) -> None:
    """An account of its own, a site, and its keywords, all by the command line."""
    done = [
        stack.igny8("accounts", "add", "--name", slug, "--slug", slug),
        stack.igny8("credits", "grant", slug, str(funds), "--key", f"start-{slug}"),
        stack.igny8(
            "sites", "add", "--name", "Harbour", "--domain", f"{slug}.example", "--account", slug, "--slug", slug
        ),
    ]
    if keywords:
        done.append(stack.igny8("keywords", "import", str(keywords), "--site", slug))
    for each in done:
        assert each.returncode == 0, each.stderr


def run_site(stack: Stack, slug: str, **conf: object) -> str:
    """A run by Airflow's REST API, to its end; the DAG run's state."""
    dag = f"site__{slug}"
    return str(stack.wait(stack.trigger(dag, conf), dag_id=dag)["state"])
