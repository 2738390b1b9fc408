"""The page that Airflow shows beside a site's DAG: what it does, and what to do when it stops."""

from __future__ import annotations

from igny8_lib.pipeline.stages import path_of
from igny8_lib.sites.roster import RosterSite

TEMPLATE = """\
# {name} ({domain})

{warning}Turns the site's keywords into reviewed drafts with images, in seven stages. Account: `{account}`.

| # | stage | takes | makes | at most per run |
|---|---|---|---|---|
{stages}

**When it runs.** On the site's schedule where it is enabled, and whenever somebody triggers it. One run at a time.

**What a stage does.** `plan` fixes the list of items, `process` works it batch after batch, a mapped task for about a
minute each; the last one books the result, and `complete` marks the end. Stages 3 and 7 ask no AI: `plan` works up to
500 items by itself, and the other two are skipped. A stage with nothing to do is skipped, too, and says why in the
run's log.

**When it is paused.** The batch under way is finished, no other one starts, and the schedule is quiet. `igny8 resume`
or the switch in Airflow lets it go on where it stopped.

**When a task fails.** A crash is retried, and the retry does only what is left: nothing is charged or asked twice. An
item that fails is marked with its reason and the rest goes on. A provider that cannot be used at all (key, quota) ends
the run at once: mend the connection `igny8_ai`, then trigger again; the next run takes what this one left.

**When credits run out.** The run ends properly and says how many are missing: `igny8 credits grant {account} …`, then
trigger again.
"""

WARNING = """\
**This site starts by no schedule.** {problem} Until that is mended it starts by hand only.

"""


def runbook(site: RosterSite, problem: str = "") -> str:
    """The site's page in Markdown; `problem` says why its schedule cannot be used."""
    path = path_of(site.improvement.keys)
    rows = [f"| {s.number if s.is_numbered else ''} | {s.title} | {s.takes} | {s.makes} | `{s.limit}` |" for s in path]
    return TEMPLATE.format(
        name=site.name,
        domain=site.domain,
        account=site.account_slug,
        stages="\n".join(rows),
        warning=WARNING.format(problem=problem) if problem else "",
    )
