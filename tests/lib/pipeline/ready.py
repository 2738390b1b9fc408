"""Sites with items that wait for one stage, and for no other one."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentIdea, Image, Keyword, Site, Task
from igny8_lib.pipeline.batch import Tools
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_keywords, make_task
from tests.factories.sites import make_site

TOPICS = ("heat pump", "oak flooring", "roof repair", "kitchen island", "garden shed", "bathroom tile", "stone path")


def ready_site(tools: Tools, number: int, *, items: int, funds: int = 1_000, **config: object) -> Site:
    """A site with credits and so many items waiting for the stage; images all belong to one draft."""
    with tools.sessions.begin() as session:
        site = make_site(session, config={"stage_4_batch_size": 32} | config)
        grant(session, site.account_id, funds)
        if items:
            MAKE[number](session, site, items)
        return site


def keywords(session: Session, site: Site, items: int) -> None:
    make_keywords(session, site, items)


def clusters(session: Session, site: Site, items: int) -> None:
    for n in range(items):
        make_cluster(session, site, TOPICS[n % len(TOPICS)] + (f" {n}" if n >= len(TOPICS) else ""))
    session.execute(update(Keyword).where(Keyword.site_id == site.id).values(status="mapped"))


def tasks(session: Session, site: Site, items: int) -> None:
    cluster = make_cluster(session, site, "heat pump")
    cluster.status = "mapped"
    session.execute(update(Keyword).where(Keyword.site_id == site.id).values(status="mapped"))
    for n in range(items):
        make_task(session, site, cluster, f"Heat pump guide part {n}")


def ideas(session: Session, site: Site, items: int) -> None:
    tasks(session, site, items)
    session.query(Task).filter(Task.site_id == site.id).delete()
    session.execute(update(ContentIdea).where(ContentIdea.site_id == site.id).values(status="new"))


def drafts(session: Session, site: Site, items: int) -> None:
    tasks(session, site, items)
    session.execute(update(ContentIdea).where(ContentIdea.site_id == site.id).values(status="completed"))
    for task in session.scalars(select(Task).where(Task.site_id == site.id)):
        task.status = "completed"
        session.add(
            Content(
                site_id=site.id,
                task_id=task.id,
                cluster_id=task.cluster_id,
                title=task.brief["title"],
                slug=f"guide-{task.id}",
                html="<p>About heat pumps.</p><h2>What they cost</h2><p>Less than it seems.</p>",
                meta_title="Heat pumps",
                meta_description="About heat pumps.",
                primary_keyword="heat pump cost",
                secondary_keywords=[],
                tags=[],
                categories=[],
                word_count=10,
            )
        )
    session.flush()


def images(session: Session, site: Site, items: int) -> None:
    drafts(session, site, 1)
    content_id = session.scalars(select(Content.id).where(Content.site_id == site.id)).one()
    for n in range(items):
        kind = "in_article" if n else "featured"
        session.add(
            Image(site_id=site.id, content_id=content_id, kind=kind, position=n, prompt=f"A pump, {n}", alt_text="Pump")
        )
    session.flush()


MAKE = {1: keywords, 2: clusters, 3: ideas, 4: tasks, 5: drafts, 6: images}
