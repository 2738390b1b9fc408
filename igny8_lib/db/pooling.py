"""What every connection needs that may lead through PgBouncer in transaction mode."""

from __future__ import annotations

UNPREPARED = {"prepare_threshold": None}
"""psycopg prepares nothing on the server: the next transaction may have another connection of the server's, which knows
none of it. Airflow's asynchronous connections have this by their settings."""
