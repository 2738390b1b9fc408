"""A site's connection in Airflow's own database: written within its API server, encrypted, found as tasks find it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.plugins.test_members_in_airflow import WISH, environment, run

pytestmark = pytest.mark.slow("Airflow migrates a database of its own")

SCRIPT = Path(__file__).parent / "airflow_connections.py"
__all__ = ["environment"]


def test_a_connection_is_kept_encrypted_and_found_with_what_people_wrote_into_it(
    environment: dict[str, str],
) -> None:
    secrets = environment | {"AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode()}
    run(secrets, "-m", "igny8_dags.initialise", given=json.dumps(WISH))
    told = run(secrets, str(SCRIPT))
    assert told["before"] is False
    assert told["found"] == ["https://www.blog.example/news", "ann", "second password", False]
    assert told["count"] == 1
    assert "password" not in told["stored"]
