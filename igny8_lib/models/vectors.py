"""What an embedding model says of texts: a cache, which may be emptied at any time."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, SiteId


class TextVector(Base):
    """The vector of one text of a site by one model. Vectors of different models are never compared."""

    __tablename__ = "text_vectors"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True, autoincrement=False)
    model: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    """BLAKE2b of the text as texts are compared, 16 bytes."""
    vector: Mapped[bytes]
    """Of length 1, as 16-bit floats, little-endian."""
    created_at: Mapped[CreatedAt]
