"""Websites and their labels."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from igny8_lib.db.base import AccountId, Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum
from igny8_lib.models.accounts import Account


class SiteStatus(StrEnum):
    """Only active sites have a DAG."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class HostingType(StrEnum):
    """Where the site's articles go."""

    WORDPRESS = "wordpress"
    SHOPIFY = "shopify"
    IGNY8 = "igny8"
    CUSTOM = "custom"


class Site(Base):
    """One website. Its slug is unique across accounts: it names the DAG and the pool."""

    __tablename__ = "sites"

    id: Mapped[Id]
    account_id: Mapped[AccountId] = mapped_column(index=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    domain: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="en")
    status: Mapped[SiteStatus] = mapped_column(text_enum(SiteStatus), default=SiteStatus.ACTIVE)
    hosting_type: Mapped[HostingType] = mapped_column(text_enum(HostingType), default=HostingType.WORDPRESS)
    brand: Mapped[str] = mapped_column(default="")
    """Voice, audience and facts about the brand; every prompt starts with it."""
    created_at: Mapped[CreatedAt]

    account: Mapped[Account] = relationship()


class Sector(Base):
    """A label for a site's keywords; never a filter."""

    __tablename__ = "sectors"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("site_id", "name"),)
