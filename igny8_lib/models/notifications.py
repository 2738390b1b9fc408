"""Whom to tell when a run ends."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import AccountId, Base


class NotificationSettings(Base):
    """One row per account. Secrets stay in Airflow connections; here are only their names."""

    __tablename__ = "notification_settings"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    emails: Mapped[list[str]] = mapped_column(default=list)
    smtp_conn_id: Mapped[str] = mapped_column(default="smtp_default")
    slack_webhook_conn_id: Mapped[str | None]
    on_completion: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    on_failure: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
