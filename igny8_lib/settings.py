"""Typed settings, built once at the edge (DAG file, CLI, service) and passed in. Nothing else reads the environment."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from igny8_lib.secret_files import SecretFiles, with_password

CHECKOUT = Path(__file__).resolve().parents[1]
"""The project's folder: the stack of a checkout is found from anywhere."""
AI_CONNECTION = "AIRFLOW_CONN_IGNY8_AI"
"""The variable in which Airflow looks for the AI connection before it looks into its database."""


class Settings(BaseSettings):
    """Where things are. Each field is the environment variable IGNY8_<NAME>, or the content of the file that
    IGNY8_<NAME>_FILE names; the defaults suit `make run`."""

    model_config = SettingsConfigDict(
        env_prefix="IGNY8_", env_ignore_empty=True, frozen=True, extra="ignore", validate_by_name=True
    )

    home: Path = Field(default=CHECKOUT / ".igny8", description="Data folder of the local stack")
    stack: str = Field(default="", description="Set by a local stack in each of its processes, to its home")
    database_password: SecretStr = Field(default=SecretStr(""), description="For a database_url that has none")
    database_url: str = Field(default="", description="SQLAlchemy URL of the product database (postgresql+psycopg://…)")
    media_url: str = Field(
        default="", description="Where image files go: a folder or any fsspec URL (s3://bucket/prefix)"
    )
    static_root: Path | None = Field(
        default=None, description="Folder that the web server of the built websites shows; sites in the stack's home"
    )
    static_url: str = Field(default="", description="Where that web server shows it; the local stack's own when empty")
    static_visit_url: str = Field(
        default="", description="Where publishers look whether a page is shown; static_url when empty"
    )
    airflow_url: str = Field(default="http://127.0.0.1:8080", description="Airflow's API server")
    airflow_username: str = Field(default="admin", description="Whom a person's command line signs in as")
    airflow_password: SecretStr = SecretStr("")
    ai_base_url: str = Field(
        default="",
        description="OpenAI-compatible endpoint; OpenAI's own when empty",
        validation_alias=AliasChoices("IGNY8_AI_BASE_URL", "OPENAI_BASE_URL"),
    )
    ai_api_key: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("IGNY8_AI_API_KEY", "OPENAI_API_KEY")
    )
    ai_connection: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AI_CONNECTION,
        description="Airflow's connection igny8_ai, where Airflow gets it from its environment",
    )
    ai_text_model: str = "gpt-4.1-mini"
    ai_image_model: str = "gpt-image-1-mini"
    ai_embedding_model: str = Field(
        default="text-embedding-3-small", description="Compares keywords and titles; none: by their words alone"
    )
    ai_timeout_seconds: float = Field(default=120, gt=0, description="Of one AI request, not of its retries")
    task_seconds: float = Field(
        default=60, gt=0, description="How long a task of a run begins further batches; then the next one goes on"
    )
    ai_prices: str = Field(default="", description="US dollars per model as JSON, see docs/ai.md; empty: cost unknown")
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="By which Prometheus reads /igny8/metrics; empty: only the platform's admins do",
    )
    wordpress_allow_private: bool = Field(
        default=False,
        description="Whether websites may be in a private network or on this machine, see docs/publishing_wordpress.md",
    )

    keep_run_details_days: int = Field(
        default=90, ge=7, le=36_500, description="Work lists, events and merge offers of a run, after its end"
    )
    keep_ai_answers_days: int = Field(
        default=30, ge=7, le=36_500, description="The stored answer of an AI request, after it was asked"
    )
    keep_records_days: int = Field(
        default=365,
        ge=30,
        le=36_500,
        description="Rules' executions, batches, builds of websites, notices of failed publications, after their end",
    )
    keep_dag_runs_days: int = Field(
        default=30, ge=2, le=36_500, description="Airflow's DAG runs with all that hangs on them, and their log files"
    )
    keep_frequent_dag_runs_days: int = Field(
        default=1, ge=1, le=36_500, description="The same of the platform's DAGs that run every few minutes or seconds"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What wins: what the code says, the environment, the files that it names, what the local stack says."""
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings, file_secret_settings

    @field_validator("database_url")
    @classmethod
    def complete_database_url(cls, url: str, info: ValidationInfo) -> str:
        """With the password that came beside it."""
        return with_password(url, password_in(info, "database_password"))

    @property
    def roster_cache(self) -> Path:
        """The last roster read from the database: keeps DAGs alive while the database cannot be reached."""
        return self.home / "roster.json"

    @property
    def stack_environment(self) -> Path:
        """What the running local stack says of itself: its addresses and passwords, as NAME='value' lines."""
        return self.home / "stack.env"

    @property
    def media_root(self) -> str:
        """`media_url`, or the media folder of the local stack."""
        return self.media_url or (self.home / "media").resolve().as_uri()

    @property
    def static_folder(self) -> Path:
        """`static_root`, or the folder of the local stack."""
        return (self.static_root or self.home / "sites").resolve()


def password_in(info: ValidationInfo, field: str) -> str:
    """A field that was read before; empty where it was refused."""
    found: SecretStr = info.data.get(field, SecretStr(""))
    return found.get_secret_value()


@lru_cache(maxsize=1)
def load() -> Settings:
    """The process's settings, read once: from the environment, then from what the running local stack says.

    A process of the stack has all it needs in its environment: the file, which holds the admin's password, is for
    people's command lines.
    """
    own = Settings()
    return own if own.stack else Settings(_env_file=own.stack_environment)
