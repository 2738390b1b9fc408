"""An article's pictures as its site shows them: in the widths that browsers choose from, kept in the media store under
names that their content gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ImageFormat
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.images import WebImage, for_web
from igny8_lib.publishing.target import Picture
from igny8_lib.site_builder.images import ImageFile, Variant
from igny8_lib.site_builder.images_json import as_json, image_from
from igny8_lib.site_builder.showing.rows import stored_files
from igny8_lib.site_builder.stored import Store, keep
from igny8_lib.site_builder.uploads.pictures import draw_anew
from igny8_lib.site_builder.uploads.refusal import Unwanted


@dataclass(frozen=True)
class Pictures:
    """What makes the pictures of one site's articles; `image_format` is what the whole picture becomes."""

    store: Store
    site_id: int
    image_format: ImageFormat

    def prepare(self, picture: Picture, known: Mapping[str, Any]) -> dict[str, Any]:
        """The picture's files in the store, as JSON tells them; `known` are those that were made before, by `key`.

        Raises PublishingFailed for a file that is gone or no picture.
        """
        before = known.get(self.key(picture))
        if before is not None and self.is_kept(before):
            return dict(before)
        whole, *narrower = self.drawn(picture)
        variants = tuple(Variant(self.keep(one), one.width, one.height) for one in narrower)
        image = ImageFile(self.keep(whole), whole.width, whole.height, variants)
        return dict(as_json([image])[image.file])

    def key(self, picture: Picture) -> str:
        """What tells whether a picture was made before."""
        return f"{picture.digest}:{self.image_format.value}"

    def drawn(self, picture: Picture) -> list[WebImage]:
        """The whole picture, and its variants, the narrowest first."""
        try:
            data = self.store.read(picture.file)
            original = for_web(data, ImageFormat.ORIGINAL)
            whole, *variants = draw_anew(data, original.suffix)
        except FileNotFoundError:
            sentence = f"The file of picture {picture.position} is gone: have the picture drawn anew, or replace it."
            raise PublishingFailed("picture_missing", sentence, temporary=False) from None
        except (InvalidInput, Unwanted) as error:
            raise PublishingFailed("picture_unreadable", str(error), temporary=False) from error
        return [original if self.image_format is ImageFormat.ORIGINAL else whole, *variants]

    def keep(self, image: WebImage) -> str:
        """Keep a file; its name in the site."""
        return keep(self.store, self.site_id, image.data, image.suffix).rpartition("/")[2]

    def is_kept(self, image: Mapping[str, Any]) -> bool:
        """Whether the store still has all files of a picture."""
        try:
            for path in stored_files(self.site_id, [image_from(image)]).values():
                self.store.read(path)
        except FileNotFoundError:
            return False
        return True
