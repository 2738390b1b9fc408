"""A site described in a YAML file: what the local stack sets up, and a way to keep sites in version control."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Account, HostingType, Plan, Site
from igny8_lib.sites.accounts import account_by_slug, create_account, ensure_plan
from igny8_lib.sites.sites import add_site, site_by_slug


class Described(BaseModel):
    """A part of the file; a key that it does not know is a mistake, not to be passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class PlanDefinition(Described):
    """What the account pays for."""

    name: str
    monthly_credits: Credits = ZERO

    @field_validator("monthly_credits", mode="before")
    @classmethod
    def amount(cls, value: object) -> Credits:
        """Credits as people write them."""
        return Credits.of(str(value))


class AccountDefinition(Described):
    """Who owns the site."""

    name: str
    slug: str
    plan: PlanDefinition | None = None


class WebsiteDefinition(Described):
    """The site itself; the fields of `igny8 sites add`."""

    name: str
    slug: str
    domain: str
    timezone: str = "UTC"
    language: str = "en"
    hosting_type: HostingType = HostingType.WORDPRESS
    brand: str = ""


class SiteDefinition(Described):
    """A whole file."""

    account: AccountDefinition
    site: WebsiteDefinition
    keywords: Path | None = None
    """Keyword export to import, by its path."""


@dataclass(frozen=True, slots=True)
class Ensured:
    """What a definition stands for in the database, and whether it was not there before."""

    account: Account
    site: Site
    is_new: bool


def read_definition(path: Path) -> SiteDefinition:
    """Read the file; `keywords` is taken relative to it.

    Raises InvalidInput for a file that is missing or does not describe a site.
    """
    try:
        definition = SiteDefinition.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise InvalidInput(f"{path} does not describe a site: {error}") from error
    keywords = path.parent / definition.keywords if definition.keywords else None
    return definition.model_copy(update={"keywords": keywords})


def ensure_site(session: Session, definition: SiteDefinition) -> Ensured:
    """The account and the site of the definition, made where they are missing; what is there keeps its settings.

    Raises InvalidInput and Conflict as `create_account` and `add_site` do: also where another account has the slug.
    """
    account = ensure_account(session, definition.account)
    described = definition.site
    try:
        return Ensured(account, site_by_slug(session, described.slug, account_id=account.id), is_new=False)
    except NotFound:
        return Ensured(account, add_site(session, account.id, **described.model_dump()), is_new=True)


def ensure_account(session: Session, described: AccountDefinition) -> Account:
    """The account, made where it is missing."""
    try:
        return account_by_slug(session, described.slug)
    except NotFound:
        return create_account(session, name=described.name, slug=described.slug, plan=plan_of(session, described))


def plan_of(session: Session, described: AccountDefinition) -> Plan | None:
    """The account's plan, made where it is missing."""
    plan = described.plan
    return ensure_plan(session, name=plan.name, monthly_credits=plan.monthly_credits) if plan else None
