"""What a DAG file pays for when it is parsed."""

from __future__ import annotations

import subprocess
import sys

SLOW = ("openai", "httpx", "httpx2", "PIL", "jinja2")
PROGRAM = f"""
import sys
import igny8_lib.ai.client
import igny8_lib.ai.functions.auto_cluster, igny8_lib.ai.functions.generate_content
print([name for name in {SLOW!r} if name in sys.modules])
"""


def test_neither_the_sdk_nor_its_company_is_imported_before_a_client_is_opened() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
