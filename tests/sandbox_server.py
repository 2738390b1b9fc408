"""The real AI sandbox as a process of its own, on a free port, for tests."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

LISTENS = re.compile(r"running on (http://\S+)")
LONGEST_START = 60.0


class SandboxServer:
    """Starts the sandbox; `with SandboxServer() as sandbox:` stops it at the end."""

    def __init__(self, *arguments: str) -> None:
        self._log = Path(tempfile.mkdtemp(prefix="igny8-sandbox-")) / "log"
        command = [sys.executable, "-m", "igny8_lib.sandbox", "--port", "0", *arguments]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self.url = self._wait_until_it_listens()
        self._http = httpx.Client(base_url=self.url, timeout=30)

    @property
    def base_url(self) -> str:
        """What an OpenAI client takes as its base URL."""
        return f"{self.url}/v1"

    def switch(self, **values: Any) -> dict[str, Any]:
        """Change switches; those not named stay."""
        return self._ask("PUT", "/sandbox/switches", json=values)

    def requests(self) -> dict[str, Any]:
        """What was asked since the start or the last reset."""
        return self._ask("GET", "/sandbox/requests")

    def reset(self) -> None:
        """Switches as at the start, counts at zero, nothing seen before."""
        self._ask("DELETE", "/sandbox/switches")
        self._ask("DELETE", "/sandbox/requests")

    def log(self) -> str:
        """What the process wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Stop the process."""
        self._http.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> SandboxServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = self._http.request(method, path, **more)
        answer.raise_for_status()
        return answer.json()

    def _wait_until_it_listens(self) -> str:
        end = time.monotonic() + LONGEST_START
        while time.monotonic() < end and self.process.poll() is None:
            if found := LISTENS.search(self.log()):
                return found[1]
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"The sandbox did not start:\n{self.log()}")
