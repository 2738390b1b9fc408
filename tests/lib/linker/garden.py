"""A site about gardens: public articles that can be linked, and texts that name them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.linker.targets import refresh
from igny8_lib.models import Content, ContentStatus, LedgerEntry, PlacedLink, Site, SiteContentStatus
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site

TOPICS = {
    "pruning roses": "Prune roses in spring above an outward bud with sharp secateurs so that the rose bush flowers.",
    "compost heap": "A compost heap turns kitchen scraps, leaves and clippings into compost that feeds the soil.",
    "raised garden beds": "Raised garden beds warm early in spring, drain well, and keep the soil of vegetables loose.",
    "mulching strawberries": "Mulching strawberries with straw keeps the berries clean and the soil of the bed moist.",
}
FILLER = (
    "In every season the garden asks for a little work, and whoever walks through it each morning sees what has to be "
    "done before it is late: a branch that the wind has broken, a row that wants water, a weed that came overnight. "
)


def make_garden(session: Session, funds: int = 100, **values: object) -> Site:
    """A site with a public article on each topic, of an account with so many credits."""
    site = make_site(session, make_funded_account(session, funds), **values)  # type: ignore[arg-type]
    for phrase, text in TOPICS.items():
        make_target(session, site, phrase, text)
    read(session, site)
    return site


def make_target(session: Session, site: Site, phrase: str, text: str) -> Content:
    """A public article."""
    slug = phrase.replace(" ", "-")
    return make_article(
        session,
        site,
        title=f"{phrase.capitalize()} for beginners",
        slug=slug,
        html=f"<p>{text}</p>" + f"<p>{text} {FILLER}</p>" * 3,
        primary_keyword=phrase,
        meta_description=text,
        status=ContentStatus.PUBLISHED,
        site_status=SiteContentStatus.PUBLISHED,
        external_url=f"https://{site.domain}/{slug}/",
    )


def paragraph(phrase: str, words: int = 110) -> str:
    """A paragraph that names a topic and is about it."""
    about = TOPICS.get(phrase, FILLER)
    text = f"Many begin with {phrase} and go on from there. {about} "
    while len(text.split()) < words:
        text += FILLER
    return f"<p>{text.strip()}</p>"


def make_source(session: Session, site: Site, *phrases: str, **values: object) -> Content:
    """A long article in review whose paragraphs name these topics, all where none is given."""
    named = phrases or tuple(TOPICS)
    html = f"<p>{FILLER}</p>" + "".join(paragraph(phrase) for phrase in named) + f"<p>{FILLER * 12}</p>"
    given = {"title": "The garden through the year", "primary_keyword": "garden year", "html": html}
    content = make_article(session, site, **(given | values))
    session.flush()
    return content


def read(session: Session, site: Site) -> None:
    """Let the Linker's tables say what the articles say now."""
    while refresh(session, site.id):
        pass


def placed(session: Session, content: Content) -> list[PlacedLink]:
    """The article's links of the record, the open ones, in the order of the text."""
    rows = session.query(PlacedLink).filter_by(content_id=content.id, site_id=content.site_id, removed_at=None).all()
    return sorted(rows, key=lambda row: row.offset)


def charges(session: Session, site: Site) -> list[Credits]:
    """What the account was charged for links."""
    rows = session.query(LedgerEntry).filter_by(account_id=site.account_id, operation="linking").all()
    return [-row.amount for row in rows]
