"""A site as the item of its schedules: what waits on it, what it has, and which day it is there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.credits.ledger import available_credits
from igny8_lib.models import AutomationConfig, Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.pipeline import waiting
from igny8_lib.rules.facts import WEEKDAYS
from igny8_lib.rules.item import Item


def site_item(session: Session, site: Site) -> Item:
    """The site with its facts; three statements."""
    need_approval = select(AutomationConfig.ideas_need_approval).where(AutomationConfig.site_id == site.id)
    ideas = waiting.approved_ideas_waiting if session.scalar(need_approval) else waiting.ideas_waiting
    found = session.execute(
        select(
            counted(waiting.keywords_waiting(site.id)).label("keywords"),
            counted(waiting.clusters_waiting(site.id)).label("clusters"),
            counted(ideas(site.id)).label("ideas"),
            counted(waiting.tasks_waiting(site.id)).label("tasks"),
            counted(waiting.drafts_waiting(site.id)).label("drafts"),
            counted(waiting.reviews_waiting(site.id)).label("in_review"),
            counted(articles_without_date(site.id)).label("without_date"),
            counted(articles_in(site.id, ContentStatus.PUBLISHED)).label("published"),
            average_score(site.id).label("average_score"),
        )
    ).one()
    here = clock.now().astimezone(ZoneInfo(site.timezone))
    values = {
        "keywords_waiting": found.keywords,
        "clusters_waiting": found.clusters,
        "ideas_waiting": found.ideas,
        "tasks_waiting": found.tasks,
        "drafts_waiting": found.drafts,
        "in_review": found.in_review,
        "approved_without_date": found.without_date,
        "published": found.published,
        "average_score": found.average_score,
        "available_credits": Decimal(str(available_credits(session, site.account_id))),
        "weekday": WEEKDAYS[here.weekday()],
        "day_of_month": here.day,
    }
    return Item(0, site.name, values)


def counted(query: Select[int]) -> ScalarSelect[Any]:
    """How many rows a query has, as a part of a statement."""
    return select(func.count()).select_from(query.order_by(None).subquery()).scalar_subquery()


def articles_in(site_id: int, status: ContentStatus) -> Select[int]:
    """The articles that stand there."""
    return select(Content.id).where(Content.site_id == site_id, Content.status == status)


def articles_without_date(site_id: int) -> Select[int]:
    """Approved articles that are not on the calendar."""
    return articles_in(site_id, ContentStatus.APPROVED).where(Content.site_status == SiteContentStatus.NOT_SCHEDULED)


def average_score(site_id: int) -> ScalarSelect[Any]:
    """The mean score of the articles that were analysed, to a tenth; null where none was."""
    return select(func.round(func.avg(Content.score), 1)).where(Content.site_id == site_id).scalar_subquery()
