"""Answers to requests that may come twice, and how often requests come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import AccountId, Base, CreatedAt, Id


class AnsweredRequest(Base):
    """A write of the API that carried an Idempotency-Key, with the answer that it got; written with its effect."""

    __tablename__ = "answered_requests"

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    username: Mapped[str]
    key: Mapped[str]
    request_digest: Mapped[str]
    """Of method, address and body: another request under the same key is refused."""
    status: Mapped[int | None] = mapped_column(SmallInteger)
    """Null only within the transaction that does the work."""
    answer: Mapped[Any] = mapped_column(JSONB, nullable=True, default=None)
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("username", "key"),
        Index("ix_answered_requests_created_at", "created_at"),
    )


class RequestRate(Base):
    """When a user's last requests of one kind were let through, newest first; sites/rates.py reads and writes it."""

    __tablename__ = "request_rates"

    username: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    recent: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
