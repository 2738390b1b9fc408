"""The stand-in for Airflow's API behind a real port: for commands, which find Airflow by its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from tests.airflow_fake import FakeAirflow


@contextmanager
def served(airflow: FakeAirflow) -> Iterator[str]:
    """The stand-in's address while it is served; while it is `down` it hangs up on everybody."""

    class Door(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                answer = airflow.answer(httpx.Request(self.command, f"http://airflow{self.path}", content=body))
            except httpx.TransportError:
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815 - the server's names

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
