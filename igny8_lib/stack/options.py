"""What a person may choose about the local stack, by environment variables."""

from __future__ import annotations

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator

from igny8_lib.secret_files import with_password
from igny8_lib.settings import Settings, password_in


class StackOptions(Settings):
    """The product's settings and the stack's own. Each field is the environment variable IGNY8_<NAME>.

    Read from the environment only, never from the file that a running stack leaves for the command line: what the
    stack starts depends on what the person set.
    """

    airflow_port: int = Field(default=8080, description="Of Airflow's API server and UI")
    postgres_port: int = Field(default=54388, description="Of the embedded PostgreSQL; not 5432, which is often taken")
    sandbox_port: int = Field(default=8390, description="Of the AI sandbox")
    sites_port: int = Field(default=8391, description="Of the web server of the built websites")
    cluster: bool = Field(
        default=False,
        description="Whether the stack has the production shape: Redis, and two of most things",
    )
    second_airflow_port: int = Field(default=8081, description="Of a cluster's second API server")
    redis_port: int = Field(default=8392, description="Of a cluster's Redis")
    pgbouncer_port: int = Field(default=8393, description="Of a cluster's PgBouncer")
    worker_log_port: int = Field(default=8394, description="Where a cluster's workers serve the logs of their tasks")
    logs_url: str = Field(
        default="", description="Where task logs go when a task has ended (s3://bucket/prefix); disks alone when empty"
    )
    airflow_database_password: SecretStr = Field(
        default=SecretStr(""), description="For an airflow_database_url that has none"
    )
    airflow_database_url: str = Field(
        default="",
        description="SQLAlchemy URL of Airflow's metadata database; the embedded PostgreSQL when empty",
        validation_alias=AliasChoices("IGNY8_AIRFLOW_DATABASE_URL", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"),
    )
    database_owner_password: SecretStr = Field(
        default=SecretStr(""), description="For a database_owner_url that has none"
    )
    database_owner_url: SecretStr = Field(
        default=SecretStr(""),
        description="The product database as the role that owns its tables; for `igny8 init` alone",
    )
    database_superuser_password: SecretStr = Field(
        default=SecretStr(""), description="For a database_superuser_url that has none"
    )
    database_superuser_url: SecretStr = Field(
        default=SecretStr(""),
        description="The database server as its superuser: `igny8 init` makes roles and databases by it",
    )
    direct_database_url: str = Field(
        default="",
        description="The product database past the PgBouncer of database_url; for `igny8 backup`, whose pg_dump "
        "changes settings of its session",
    )
    direct_airflow_database_url: str = Field(default="", description="The same for airflow_database_url")
    airflow_password: SecretStr = Field(default=SecretStr(""), description="Of the admin user; generated when empty")
    parallelism: int = Field(default=0, ge=0, description="Task processes at once; 0 fits the machine")

    @field_validator("airflow_database_url")
    @classmethod
    def complete_airflow_database_url(cls, url: str, info: ValidationInfo) -> str:
        """With the password that came beside it."""
        return with_password(url, password_in(info, "airflow_database_password"))

    @field_validator("direct_database_url", "direct_airflow_database_url")
    @classmethod
    def complete_direct_url(cls, url: str, info: ValidationInfo) -> str:
        """With the password of the URL that it stands for."""
        beside = str(info.field_name).replace("direct_", "").replace("_url", "_password")
        return with_password(url, password_in(info, beside))

    @field_validator("database_owner_url", "database_superuser_url")
    @classmethod
    def complete_secret_url(cls, url: SecretStr, info: ValidationInfo) -> SecretStr:
        """With the password that came beside it."""
        beside = str(info.field_name).replace("_url", "_password")
        return SecretStr(with_password(url.get_secret_value(), password_in(info, beside)))

    @property
    def embeds_postgres(self) -> bool:
        """Whether a database is left to the embedded PostgreSQL."""
        return not (self.database_url and self.airflow_database_url)

    @property
    def embeds_sandbox(self) -> bool:
        """Whether the AI sandbox answers: no provider and no key were given."""
        return not (self.ai_base_url or self.ai_api_key.get_secret_value())

    @property
    def serves_sites(self) -> bool:
        """Whether the built websites are shown by the stack itself: no other web server was named."""
        return not self.static_url
