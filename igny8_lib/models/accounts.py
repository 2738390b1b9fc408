"""Customers: plans, accounts, their module switches and their people."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.base import AccountId, Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class AccountStatus(StrEnum):
    """Whether an account may spend and is replenished."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Module(StrEnum):
    """A part of the product that an account can switch off; the value is the column `<value>_enabled`."""

    PLANNER = "planner"
    WRITER = "writer"
    AUTOMATION = "automation"
    SITE_BUILDER = "site_builder"
    LINKER = "linker"
    OPTIMIZER = "optimizer"


class Role(StrEnum):
    """What a user may do inside the account (SPEC §12)."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class Plan(Base):
    """What an account pays for. Credits are the only limit."""

    __tablename__ = "plans"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    monthly_credits: Mapped[Credits] = mapped_column(default=ZERO)
    support_level: Mapped[str] = mapped_column(default="standard")
    billing_cycle: Mapped[str] = mapped_column(default="monthly")
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    features: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (CheckConstraint("monthly_credits >= 0", name="monthly_credits_not_negative"),)


class Account(Base):
    """A customer: owns sites, users and one credit balance."""

    __tablename__ = "accounts"

    id: Mapped[Id]
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    status: Mapped[AccountStatus] = mapped_column(text_enum(AccountStatus), default=AccountStatus.ACTIVE)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    timezone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    """IANA name: in it the account's day begins, in which the executions of rules are counted."""
    created_at: Mapped[CreatedAt]

    plan: Mapped[Plan | None] = relationship()
    modules: Mapped[ModuleSettings] = relationship(back_populates="account")


class ModuleSettings(Base):
    """One row per account: which modules are on."""

    __tablename__ = "module_settings"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    planner_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    writer_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    automation_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    site_builder_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    linker_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    optimizer_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    account: Mapped[Account] = relationship(back_populates="modules")


class User(Base):
    """A person; signs in to Airflow under `username`."""

    __tablename__ = "users"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    account_id: Mapped[AccountId] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role))


class SiteUserAccess(Base):
    """A site that an editor or a viewer may see; owners and admins see all sites of their account."""

    __tablename__ = "site_user_access"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    site_id: Mapped[SiteId] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("user_id", "site_id"),)
