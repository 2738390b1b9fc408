"""What the browser looks at: the demo's site with a finished run, and a site whose runs are steered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    Account,
    AutomationRun,
    Content,
    ContentStatus,
    ExecutionStatus,
    Publication,
    RuleExecution,
    RuleTrigger,
    RunStatus,
    Site,
    StepName,
    StepStatus,
    SyncConflict,
    User,
)
from igny8_lib.pipeline.find_run import last_begun
from igny8_lib.publishing.settings import change
from igny8_lib.sites.configuration import configure
from igny8_lib.sites.sites import add_site, site_by_slug
from igny8_lib.sites.users import grant_site
from igny8_lib.stack.demo import ensure_people, prepare
from igny8_lib.stack.services import Stack as Services
from tests.factories.importing import make_conflict
from tests.factories.planner import make_keywords
from tests.factories.publications import make_failed, make_step
from tests.factories.rules import TELL, make_execution, make_rule
from tests.stack import Stack

SITE = "demo"
DAG = f"site__{SITE}"
STEERED = "steered-by-browser"
FEW = {
    "max_clusters_per_run": 3,
    "max_ideas_per_run": 5,
    "max_tasks_per_run": 3,
    "max_content_per_run": 2,
    "max_images_per_run": 4,
}
"""Limits of the demo's runs: two articles with all that belongs to them, and things that wait at every stage."""
ONLY_KEYWORDS = {f"stage_{number}_enabled": False for number in range(2, 8)} | {
    "stage_1_batch_size": 20,
    "stage_1_in_flight": 1,
}
"""Of the steered site: a run is some batches of keywords."""


@dataclass(frozen=True)
class Demo:
    """A running stack's address, who can sign in there by which password, and what stands in the pages' addresses."""

    url: str
    passwords: Mapping[str, str] = field(repr=False)
    names: Mapping[str, str]


def passwords_of(services: Services) -> dict[str, str]:
    """The demo's users and the platform's admin, each with the password."""
    secrets = services.credentials
    return {
        services.options.airflow_username: secrets.admin_password,
        "demo-owner": secrets.demo_owner_password,
        "demo-admin": secrets.demo_admin_password,
        "demo-editor": secrets.demo_editor_password,
        "demo-viewer": secrets.demo_viewer_password,
    }


def names_of(session: Session) -> dict[str, str]:
    """The demo's site, the last of its runs that completed, an article, one that waits for review where there is one.

    Raises NotFound where there is none yet.
    """
    site = site_by_slug(session, SITE)
    done = select(AutomationRun.run_id).where(
        AutomationRun.site_id == site.id, AutomationRun.status == RunStatus.COMPLETED
    )
    to_review_first = (Content.status == ContentStatus.REVIEW).desc()
    articles = select(Content.id).where(Content.site_id == site.id)
    run = session.scalar(done.order_by(AutomationRun.id.desc()).limit(1))
    content = session.scalar(articles.order_by(to_review_first, Content.id).limit(1))
    if run is None or content is None:
        raise NotFound(f"Site {site.slug} has no finished run with an article yet: `make run` makes one.")
    account = session.get_one(Account, site.account_id)
    names = {"site": site.slug, "account": account.slug, "run": run, "content": str(content)}
    return names | names_of_steered(session)


def names_of_steered(session: Session) -> dict[str, str]:
    """The steered site's publication, conflict, rule and execution; nothing where there is no such site, as in a demo
    of `make run`."""
    site_id = session.scalar(select(Site.id).where(Site.slug == STEERED))
    if site_id is None:
        return {}
    publication = session.scalar(select(Publication.id).where(Publication.site_id == site_id).limit(1))
    conflict = session.scalar(select(SyncConflict.content_id).where(SyncConflict.site_id == site_id).limit(1))
    execution = session.scalars(select(RuleExecution).where(RuleExecution.site_id == site_id).limit(1)).one()
    names = {"steered": STEERED, "publication": str(publication), "conflict": str(conflict)}
    return names | {"rule": str(execution.rule_id), "execution": str(execution.id)}


def demo_of(services: Services, session: Session) -> Demo:
    """The demo of a stack where it has been prepared. Raises NotFound before its first run is through."""
    return Demo(services.airflow_url, passwords_of(services), names_of(session))


def prepare_demo(stack: Stack) -> Demo:
    """Make the sites and people, and one run of the demo's site in Airflow, where the site has none."""
    with stack.sessions.begin() as session:
        made = prepare(session, stack.services.layout.demo)
        change(
            session, site_by_slug(session, SITE).id, {"auto_approval_enabled": False}
        )  # its articles wait for people
    ensure_people(stack.sessions, stack.airflow, made, stack.services.credentials)
    with stack.sessions.begin() as session:
        make_steered_site(session)
    with stack.sessions() as session:
        begun = last_begun(session, site_by_slug(session, SITE))
    if begun is None:
        stack.reset_sandbox()
        stack.wait(stack.trigger(DAG, FEW), dag_id=DAG)
    with stack.sessions() as session:
        return demo_of(stack.services, session)


def make_steered_site(session: Session) -> None:
    """A second site of the demo's account, which its editor and its viewer see, too; made once. It is on WordPress,
    where one of its articles could not be published and another was changed on both sides; a rule of it failed."""
    first = site_by_slug(session, SITE)
    if STEERED in session.scalars(select(Site.slug)).all():
        return
    site = add_site(session, first.account_id, name="Harbour Steered", slug=STEERED, domain="steered.example")
    configure(session, site.id, ONLY_KEYWORDS)
    failed = make_failed(session, site)
    make_step(session, failed, StepName.MEDIA, trace={"roses.webp": {"id": 7, "url": "https://steered.example/r.webp"}})
    make_step(session, failed, StepName.TERMS, status=StepStatus.FAILED, error=failed.error)
    make_conflict(session, site)
    make_failed_rule(session, site)
    for name in ("demo-editor", "demo-viewer"):
        user = session.scalars(select(User).where(User.username == name)).one()
        grant_site(session, site.account_id, user, site.id)


def make_failed_rule(session: Session, site: Site) -> None:
    """A rule that nothing here sets off, with an execution that failed."""
    rule = make_rule(session, site, name="Tell us what went out", trigger=RuleTrigger.CONTENT_PUBLISHED, actions=[TELL])
    now, error = clock.now(), "Slack did not answer: look at the connection that the account names."
    step = {"action": "notify", "status": "failed", "sentence": error}
    ended = {"started_at": now, "finished_at": now, "results": [step], "result": "Nobody was told.", "error": error}
    make_execution(session, rule, status=ExecutionStatus.FAILED, **ended)


def add_keywords(stack: Stack, name: str, count: int) -> None:
    """More keywords for the steered site, so that its next run has something to do."""
    with stack.sessions.begin() as session:
        make_keywords(session, site_by_slug(session, STEERED), [f"{name} keyword {number}" for number in range(count)])
