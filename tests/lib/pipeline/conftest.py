from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.pipeline.batch import Tools
from tests.lib.pipeline.drive import tools_for
from tests.sandbox_server import SandboxServer


@pytest.fixture
def tools(sessions: Sessions, sandbox: SandboxServer, tmp_path: Path) -> Tools:
    """What a task process brings along: the test's database, the real sandbox, a folder for images."""
    return tools_for(sessions, sandbox.base_url, tmp_path)
