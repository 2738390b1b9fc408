from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.models import RunStatus, StoppedReason
from igny8_lib.notifications.message import SLACK_HEADER, Message, compose
from tests.factories.notifications import make_run_end

NASTY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "\"><img src=x onerror='alert(1)'>",
            "</td></table><h1>Pay here</h1>",
            "<!channel> pays <https://evil.example|here>",
            "{{ 7 * 7 }}{% raw %}",
            "Subject\r\nBcc: all@example.com",
            "&lt;b&gt; & more",
            "x" * 5000,
        ]
    ),
)


class Outline(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    parser.close()
    return parser


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_message_names_the_run_the_reason_the_counts_and_the_money() -> None:
    message = compose(make_run_end())
    assert message.subject == "mysite.com #42 completed"
    for form in (message.text, outline(message.html).text, str(message.blocks)):
        for fact in ("mysite.com #42", "Everything pending was worked", "Tasks → Content", "34.5", "965"):
            assert fact in form


def test_a_reason_that_says_more_than_the_status_is_in_the_subject() -> None:
    end = make_run_end(status=RunStatus.FAILED, stopped_reason=StoppedReason.PROVIDER_UNAVAILABLE)
    assert compose(end).subject == "mysite.com #42 failed: provider unavailable"


def test_times_are_the_sites_local_times() -> None:
    assert "Ended: 2026-01-13 03:30 Europe/Berlin" in compose(make_run_end()).text


def test_a_site_whose_zone_this_machine_does_not_know_is_told_in_utc() -> None:
    message = compose(make_run_end(timezone="Mars/Olympus"))
    assert "UTC" in message.text
    assert "Mars" not in message.text


def test_a_run_that_came_to_no_stage_has_a_message_without_a_table_of_stages() -> None:
    message = compose(make_run_end(stages=()))
    assert outline(message.html).elements.count(("table", ("style",))) == 1
    assert "Stage" not in message.text


@given(NASTY, NASTY)
def test_what_people_and_providers_write_never_becomes_markup(name: str, sentence: str) -> None:
    plain = outline(compose(make_run_end()).html)
    nasty = outline(compose(make_run_end(site_name=name, sentence=sentence, title=name)).html)
    assert nasty.elements == plain.elements
    assert words(visible(sentence)) in words(nasty.text)


@given(NASTY, NASTY)
def test_slack_reads_no_mention_or_link_in_what_people_wrote(name: str, sentence: str) -> None:
    message = compose(make_run_end(site_name=name, sentence=sentence, title=name))
    assert "<" not in message.slack_text
    marked_up = [element["text"] for element in message.blocks[-1]["elements"]]
    assert marked_up == ["<https://airflow.example/dags/site__mysite/runs/scheduled__1|Open the run in Airflow>"]
    assert {element["type"] for element in texts_of(message)} == {"plain_text"}


@given(NASTY, NASTY)
def test_slack_is_never_sent_more_than_it_takes(name: str, sentence: str) -> None:
    header, *others = texts_of(compose(make_run_end(site_name=name, sentence=sentence, title=name)))
    assert 1 <= len(header["text"]) <= SLACK_HEADER
    assert all(1 <= len(element["text"]) <= 3000 for element in others)


@given(NASTY)
def test_a_subject_is_one_line(title: str) -> None:
    subject = compose(make_run_end(title=title)).subject
    assert subject.isprintable()
    assert subject.splitlines() == [subject]


def texts_of(message: Message) -> list[dict[str, str]]:
    """Every text element but the link's."""
    sections = message.blocks[:-1]
    return [element for block in sections for element in block.get("fields", [block.get("text")])]


def visible(text: str) -> str:
    """The text as an HTML parser gives it back: carriage returns are line breaks, a NUL is dropped or replaced."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
