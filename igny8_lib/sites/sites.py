"""Adding and finding websites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import AutomationConfig, HostingType, ImprovementSettings, PublishingSettings, Site, SiteStatus
from igny8_lib.sites.domains import check_domain
from igny8_lib.sites.naming import check_name, check_slug, slug_from
from igny8_lib.text.characters import storable

LANGUAGE_LENGTH = 35
"""Characters of the longest language tag that software has to take (RFC 5646 §4.4.1)."""
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
BRAND_LENGTH = 10_000
"""Characters of the longest brand text: it begins every prompt."""


def set_site_status(session: Session, slug: str, status: SiteStatus) -> Site:
    """Switch a site off or on again: while it is off it starts no runs and has no DAG. An active run is finished.

    Raises NotFound.
    """
    site = site_by_slug(session, slug)
    site.status = status
    session.flush()
    return site


def change_site(
    session: Session,
    site: Site,
    *,
    name: str | None = None,
    status: SiteStatus | None = None,
    timezone: str | None = None,
    language: str | None = None,
    brand: str | None = None,
) -> None:
    """Change what is given and leave the rest; all of it or nothing.

    In another zone the site's schedule means other instants, from the next start on. Raises InvalidInput for a bad
    name, zone, language or text on the brand.
    """
    changes = {
        "name": name if name is None else check_name(name, "A site"),
        "status": status,
        "timezone": timezone if timezone is None else check_timezone(timezone),
        "language": language if language is None else check_language(language),
        "brand": brand if brand is None else check_brand(brand),
    }
    for column, value in changes.items():
        if value is not None:
            setattr(site, column, value)
    session.flush()


def add_site(
    session: Session,
    account_id: int,
    *,
    name: str,
    domain: str,
    timezone: str = "UTC",
    language: str = "en",
    slug: str = "",
    brand: str = "",
    hosting_type: HostingType = HostingType.WORDPRESS,
) -> Site:
    """An active site with its automation configuration (schedule off, all stages on, no limits).

    The slug is made of the name where none is given; it is unique across accounts, for it names the DAG and the pool.
    Raises InvalidInput for a bad name, domain, zone, language or slug, Conflict for a slug that is taken.
    """
    name = check_name(name, "A site")
    slug = check_slug(slug) if slug else slug_from(name)
    site = Site(
        account_id=account_id,
        name=name,
        slug=slug,
        domain=check_domain(domain),
        timezone=check_timezone(timezone),
        language=check_language(language),
        brand=check_brand(brand),
        hosting_type=hosting_type,
    )
    try:
        with session.begin_nested():
            session.add(site)
    except IntegrityError as error:
        raise refusal_of(error, slug, account_id) from error
    session.add_all(
        settings(site_id=site.id) for settings in (AutomationConfig, PublishingSettings, ImprovementSettings)
    )
    session.flush()
    return site


def refusal_of(error: IntegrityError, slug: str, account_id: int) -> Conflict | NotFound:
    """What the database's refusal of a new site means."""
    if "uq_sites_slug" in str(error.orig):
        return Conflict(f"The site slug {slug!r} is taken: choose another.")
    return NotFound(f"There is no account number {account_id}.")


def site_by_slug(session: Session, slug: str, *, account_id: int | None = None) -> Site:
    """The site of that slug; within the account, where one is given.

    Raises NotFound, also for another account's site.
    """
    query = select(Site).where(Site.slug == slug)
    if account_id is not None:
        query = query.where(Site.account_id == account_id)
    site = session.scalar(query)
    if site is None:
        raise NotFound(f"There is no site {slug[:100]!r}: `igny8 sites list` shows those that there are.")
    return site


def site_by_id(session: Session, site_id: int) -> Site:
    """The site of that number. Raises NotFound, also for one that the session does not see."""
    site = session.scalar(select(Site).where(Site.id == site_id))
    if site is None:
        raise NotFound(f"There is no site number {site_id}.")
    return site


def list_sites(session: Session, account_id: int) -> Sequence[Site]:
    """All sites of the account, active or not, by slug."""
    return session.scalars(select(Site).where(Site.account_id == account_id).order_by(Site.slug)).all()


def page_of_sites(
    session: Session, account_id: int, *, page: int, page_size: int
) -> tuple[Sequence[tuple[Site, AutomationConfig]], int]:
    """A page of the account's sites as far as the session sees them, by slug, with their settings; and how many there
    are in all. Two statements."""
    mine = Site.account_id == account_id
    query = select(Site, AutomationConfig).join(AutomationConfig, AutomationConfig.site_id == Site.id).where(mine)
    rows = session.execute(query.order_by(Site.slug).limit(page_size).offset((page - 1) * page_size)).all()
    total = session.scalar(select(func.count()).select_from(Site).where(mine)) or 0
    return [(site, config) for site, config in rows], total


def list_all_sites(session: Session) -> Sequence[Site]:
    """All sites of the platform, by slug; for the platform's administrators."""
    return session.scalars(select(Site).order_by(Site.slug)).all()


def check_brand(brand: str) -> str:
    """The text on the brand without what cannot be stored. Raises InvalidInput where it is too long for a prompt."""
    clean = storable(brand).strip()
    if len(clean) > BRAND_LENGTH:
        raise InvalidInput(f"The text on the brand has at most {BRAND_LENGTH:,} characters, not {len(clean):,}.")
    return clean


def check_timezone(timezone: str) -> str:
    """The zone's name, where the time zone database knows it. Raises InvalidInput."""
    if timezone not in available_timezones():
        raise InvalidInput(f"{timezone[:100]!r} is not a time zone: give a name such as 'Australia/Perth' or 'UTC'.")
    return timezone


def check_language(language: str) -> str:
    """The language tag (BCP 47), where it has the form of one. Raises InvalidInput."""
    if len(language) > LANGUAGE_LENGTH or not LANGUAGE.fullmatch(language):
        raise InvalidInput(f"{language[:100]!r} is not a language tag: give one such as 'en' or 'pt-BR'.")
    return language
