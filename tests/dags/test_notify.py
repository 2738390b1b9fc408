"""Run ends told through Airflow's own notifiers: to a mail server and a Slack webhook that listen on this machine."""

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from sqlalchemy import select

from dags.igny8_dags.notify import notify_run_ended
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRun, EventLevel, RunEvent, RunStatus, StoppedReason
from igny8_lib.notifications.recipients import change_settings
from tests.factories.runs import STARTED, make_ended_run
from tests.factories.sites import make_site

SECRET = "webhook-s3cr3t"


class Mailbox(MessageHandler):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[EmailMessage] = []

    def prepare_message(self, session: Any, envelope: Any) -> EmailMessage:  # noqa: ARG002 - the base class's signature
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        message["X-Rcpt"] = ", ".join(envelope.rcpt_tos)
        return message

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)


class Postbox(Controller):
    """A mail server whose port is its own from the beginning: a free one could be another process's by its start."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        super().__init__(mailbox, hostname="127.0.0.1", port=self.listener.getsockname()[1], ready_timeout=60)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listener)


class Webhook(ThreadingHTTPServer):
    """Keeps what is posted, and answers as it was told."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), WebhookHandler)
        self.posts: list[tuple[str, dict[str, Any]]] = []


class WebhookHandler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"ok" if self.server.status == 200 else SECRET.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass


def mail_connection(port: int, **extra: object) -> str:
    settings = {"disable_ssl": True, "disable_tls": True, "from_email": "igny8@example.com"} | extra
    return json.dumps({"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": settings})


def slack_connection(port: int) -> str:
    return json.dumps({"conn_type": "slackwebhook", "password": f"http://127.0.0.1:{port}/services/{SECRET}"})


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Postbox(mailbox)
    controller.start()
    monkeypatch.setenv("AIRFLOW_CONN_MAIL", mail_connection(controller.port))
    yield mailbox
    controller.stop()


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    server = Webhook()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("AIRFLOW_CONN_SLACK", slack_connection(server.server_port))
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where connections are accepted and nobody ever says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that is taken, and where nobody listens: connections are refused."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield nobody.getsockname()[1]


def tell(sessions: Sessions, run_id: int) -> bool:
    """As the last task does, with patience for a busy machine."""
    return notify_run_ended(sessions, run_id, patience=300)


def ended_run(sessions: Sessions, *, slack: str = "", site_name: str = "My site", **values: object) -> int:
    """An ended run of an account that wants e-mail to two people."""
    with sessions.begin() as session:
        site = make_site(session, name=site_name, domain="mysite.com")
        emails = ["ops@example.com", "boss@example.com"]
        change_settings(
            session, site.account_id, emails=emails, smtp_conn_id="mail", slack_webhook_conn_id=slack or None
        )
        run = make_ended_run(session, site, {4: (12, 11, 1)})
        for name, value in ({"completed_at": STARTED, "stopped_detail": "All done."} | values).items():
            setattr(run, name, value)
        session.flush()
        return run.id


def events(sessions: Sessions, run_id: int) -> list[tuple[EventLevel, str]]:
    with sessions() as session:
        query = select(RunEvent).where(RunEvent.run_id == run_id).order_by(RunEvent.id)
        return [(event.level, event.message) for event in session.scalars(query)]


def test_an_ended_run_is_told_by_mail_and_slack(sessions: Sessions, mailbox: Mailbox, webhook: Webhook) -> None:
    run_id = ended_run(sessions, slack="slack")
    assert tell(sessions, run_id)

    (mail,) = mailbox.messages
    with sessions() as session:
        number = session.get_one(AutomationRun, run_id).run_number
    assert mail["Subject"] == f"mysite.com #{number} completed"
    assert mail["From"] == "igny8@example.com"
    assert mail["X-Rcpt"] == "ops@example.com, boss@example.com"
    page = mail.get_body(("html",))
    assert page is not None
    assert "All done." in page.get_content()

    ((path, post),) = webhook.posts
    assert path == f"/services/{SECRET}"
    assert post["blocks"][0]["text"]["text"] == f"mysite.com #{number} completed"
    assert events(sessions, run_id) == [
        (EventLevel.INFO, "The run's end was told by e-mail to 2 addresses."),
        (EventLevel.INFO, "The run's end was told by Slack."),
    ]


def test_a_repeated_finish_tells_nobody_twice(sessions: Sessions, mailbox: Mailbox) -> None:
    run_id = ended_run(sessions)
    assert [tell(sessions, run_id) for _ in range(3)] == [True, False, False]
    assert len(mailbox.messages) == 1


def test_finishers_side_by_side_tell_once(sessions: Sessions, mailbox: Mailbox) -> None:
    run_id = ended_run(sessions)
    threads = [threading.Thread(target=tell, args=(sessions, run_id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mailbox.messages) == 1


def test_a_failed_run_is_told_with_its_reason(sessions: Sessions, mailbox: Mailbox) -> None:
    reason = StoppedReason.PROVIDER_UNAVAILABLE
    tell(sessions, ended_run(sessions, status=RunStatus.FAILED, stopped_reason=reason))
    assert mailbox.messages[0]["Subject"].endswith("failed: provider unavailable")


def test_an_active_run_is_not_told_and_can_be_told_later(sessions: Sessions, mailbox: Mailbox) -> None:
    run_id = ended_run(sessions, status=RunStatus.RUNNING, stopped_reason=None, completed_at=None)
    assert not tell(sessions, run_id)
    with sessions.begin() as session:
        run = session.get_one(AutomationRun, run_id)
        run.status, run.stopped_reason = RunStatus.COMPLETED, StoppedReason.COMPLETED
        run.completed_at = STARTED
    assert tell(sessions, run_id)
    assert len(mailbox.messages) == 1


def test_what_people_wrote_is_not_rendered_as_a_template(
    sessions: Sessions, mailbox: Mailbox, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_TOKEN", "t0p-s3cr3t")
    tell(sessions, ended_run(sessions, slack="slack", site_name="{{ var.value.token }} {{ 7 * 7 }}"))
    page = mailbox.messages[0].get_body(("html",))
    assert page is not None
    assert "{{ var.value.token }} {{ 7 * 7 }}" in page.get_content()
    assert "{{ 7 * 7 }}" in json.dumps(webhook.posts)


def test_a_dead_mail_server_is_a_warning_and_slack_is_told_all_the_same(
    sessions: Sessions, webhook: Webhook, dead_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MAIL", mail_connection(dead_port))
    run_id = ended_run(sessions, slack="slack")
    assert tell(sessions, run_id)
    assert len(webhook.posts) == 1
    (level, message), (slack_level, _) = events(sessions, run_id)
    assert (level, slack_level) == (EventLevel.WARNING, EventLevel.INFO)
    assert message == "Nobody was told by e-mail to 2 addresses: Connection refused."


def test_a_mail_server_that_never_answers_costs_the_patience_and_no_more(
    sessions: Sessions, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MAIL", mail_connection(silent_port, timeout=3600))
    run_id = ended_run(sessions)
    assert notify_run_ended(sessions, run_id, patience=0.3)
    ((level, message),) = events(sessions, run_id)
    assert level is EventLevel.WARNING
    assert "still being sent when the time was up" in message


def test_a_refusing_webhook_is_a_warning_that_quotes_nothing(
    sessions: Sessions, mailbox: Mailbox, webhook: Webhook
) -> None:
    webhook.status = 404
    run_id = ended_run(sessions, slack="slack")
    assert tell(sessions, run_id)
    assert len(mailbox.messages) == 1
    assert events(sessions, run_id)[1] == (EventLevel.WARNING, "Nobody was told by Slack: the server answered 404.")
    assert SECRET not in str(events(sessions, run_id))


@pytest.mark.parametrize("password", [f"ftp:///{SECRET}", f"nonsense://{SECRET}", ""])
def test_a_broken_webhook_connection_is_a_warning_without_the_secret(
    sessions: Sessions, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SLACK", json.dumps({"conn_type": "slackwebhook", "password": password}))
    run_id = ended_run(sessions, slack="slack")
    assert tell(sessions, run_id)
    assert len(mailbox.messages) == 1
    assert [level for level, _ in events(sessions, run_id)] == [EventLevel.INFO, EventLevel.WARNING]
    assert SECRET not in str(events(sessions, run_id))


def test_a_connection_that_does_not_exist_is_a_warning_that_names_the_trouble(sessions: Sessions) -> None:
    run_id = ended_run(sessions)
    assert tell(sessions, run_id)
    ((level, message),) = events(sessions, run_id)
    assert level is EventLevel.WARNING
    assert message.endswith(": SMTP connection is not found.")


def test_a_run_that_does_not_exist_raises_nothing(sessions: Sessions) -> None:
    assert not tell(sessions, 10**9)
