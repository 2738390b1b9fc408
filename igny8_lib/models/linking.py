"""Who can be linked from where: a site's public articles, the phrases they are called by, and the links that are there.

All of it is made from the articles and can be made again (linker/targets.py); the database notes what has changed.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class PhraseKind(StrEnum):
    """Where an article's phrase comes from. In the order of the letters, the surest comes first."""

    KEYWORD = "keyword"
    """Its primary keyword, or its whole title."""
    SECONDARY = "secondary"
    """Another keyword of it."""
    TITLE = "title"
    """Some words of its title."""


class LinkChange(Base):
    """That something about an article changed since it was read: text, address, state, cluster, the site's language.

    Triggers write these rows, so nothing that changes an article can forget it. Rows are only ever added and taken
    away: who changes an article waits for nobody who reads it.
    """

    __tablename__ = "link_changes"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    content_id: Mapped[int]
    """No reference: the article may be gone by the time it is looked for."""

    __table_args__ = (Index("ix_link_changes_site_id", "site_id", "id"),)


class LinkReading(Base):
    """An article as it was last read."""

    __tablename__ = "link_readings"

    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[SiteId]
    version: Mapped[int]
    """Of the text that was read."""
    digest: Mapped[bytes]
    """Of the text that its vector is made from; as in `text_vectors`."""
    embedded_by: Mapped[str] = mapped_column(default="", server_default="")
    """The model that was asked for its vectors since they were last wanted; empty: none."""
    read_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("ix_link_readings_embedded_by", "embedded_by", "site_id", "content_id"),
        Index("ix_link_readings_site_id", "site_id", "content_id"),
    )


class LinkTarget(Base):
    """A public article that others may link to."""

    __tablename__ = "link_targets"

    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[SiteId]
    href: Mapped[str]
    """Where it is, as a link says it."""
    address: Mapped[str]
    """The same as addresses are compared (linker/addresses.py)."""
    title: Mapped[str]
    cluster_id: Mapped[int | None]
    """Its article's when it was read."""
    digest: Mapped[bytes]
    """Of its article's embedding text."""
    keyword_digest: Mapped[bytes]
    """Of its primary keyword; of its title where it has none."""
    words: Mapped[bytes]
    """What it is about: its most frequent stems with their weights (linker/signatures.py)."""

    __table_args__ = (
        # Digests are as good as random: the first so many of a site are a sample of it.
        Index("ix_link_targets_digest", "site_id", "digest"),
        Index("ix_link_targets_address", "site_id", "address"),
    )


class LinkPhrase(Base):
    """What a target is called: a run of one to five stems, as a 64-bit number (linker/stems.py)."""

    __tablename__ = "link_phrases"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    code: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PhraseKind] = mapped_column(text_enum(PhraseKind), primary_key=True)
    content_id: Mapped[int] = mapped_column(
        ForeignKey("link_targets.content_id", ondelete="CASCADE"), primary_key=True, index=True
    )
    """The order of the key is that of the look-up: it is answered from the index alone."""


class ContentLink(Base):
    """A link in an article's text to a page of the same site."""

    __tablename__ = "content_links"

    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """1… in the order of the text, among these links."""
    site_id: Mapped[SiteId]
    href: Mapped[str]
    address: Mapped[str]
    """The same as addresses are compared; also of a page that no article here is."""
    target_id: Mapped[int | None] = mapped_column(ForeignKey("content.id", ondelete="SET NULL"))
    """The article that has, or last had, this address; null where none ever had."""
    anchor: Mapped[str]
    """The linked words as a reader sees them."""

    __table_args__ = (
        Index("ix_content_links_target_id", "target_id", postgresql_where=text("target_id IS NOT NULL")),
        Index("ix_content_links_address", "site_id", "address"),
    )
