"""`igny8 content …`: an article's text and pictures made again, or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from upath import UPath

from igny8_lib.ai.pictures import MAX_BYTES
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.commands.review import ArticleArgument, SeenOption, SiteArgument, find
from igny8_lib.errors import InvalidInput
from igny8_lib.pipeline.media import Media
from igny8_lib.review import pictures, rewriting
from igny8_lib.settings import load
from igny8_lib.sites.sites import site_by_slug

PictureArgument = Annotated[
    int, typer.Argument(metavar="PICTURE", min=1, max=HIGHEST_ID, help="The picture's id, as `show` has it.")
]


def regenerate(
    site: SiteArgument,
    article: ArticleArgument,
    by: ByOption,
    seen: SeenOption = None,
    remark: Annotated[str, typer.Option(help="What the writer is told.")] = "",
    new_pictures: Annotated[bool, typer.Option("--pictures", help="Have its pictures made again, too.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Leave it as it is: nothing writes it anew.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let the next run write an article anew, as any article is written and charged.

    Example: igny8 content regenerate blog 12 --remark "Say more about costs."
    """
    if withdraw and (remark or new_pictures or seen):
        raise InvalidInput("--withdraw goes alone.")
    with open_sessions().begin() as session:
        content = find(session, site, article)
        task, version = content.task_id, seen or content.version
        if withdraw:
            rewriting.withdraw(session, content.site_id, article, by=by)
            unused = []
        else:
            unused = rewriting.regenerate(
                session, content.site_id, article, remark, version=version, by=by, new_pictures=new_pictures
            )
    remove(unused)
    at_once = f"The next run writes it anew; igny8 run {site} --stage 4 --items {task} does at once."
    sentence = f"Article {article} stays as it is." if withdraw else f"Article {article} waits. {at_once}"
    show({"id": article, "task": task, "waits": not withdraw}, as_json=as_json, text=lambda: sentence)


def redraw(
    site: SiteArgument,
    picture: PictureArgument,
    by: ByOption,
    prompt: Annotated[str | None, typer.Option(help="Another prompt.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Let the next run draw a picture again.

    Example: igny8 content redraw blog 31 --prompt "A white rose in the morning sun"
    """
    with open_sessions().begin() as session:
        unused = pictures.redraw(session, site_by_slug(session, site).id, picture, by=by, prompt=prompt)
    remove(unused)
    at_once = f"The next run draws it again; igny8 run {site} --stage 6 --items {picture} does at once."
    show({"id": picture, "waits": True}, as_json=as_json, text=lambda: f"Picture {picture} waits. {at_once}")


def replace(
    site: SiteArgument,
    picture: PictureArgument,
    file: Annotated[Path, typer.Argument(help="PNG, JPEG, WebP, GIF or AVIF, up to 25 MB.")],
    by: ByOption,
    as_json: JsonOption = False,
) -> None:
    """Put a picture of yours in the place of another.

    Example: igny8 content replace blog 31 rose.jpg
    """
    sessions = open_sessions()
    with sessions() as session:
        owner = site_by_slug(session, site)
        pictures.require_replaceable(pictures.find_image(session, owner.id, picture))
    upload = pictures.store_upload(Media(UPath(load().media_root)), owner.slug, picture, read_upload(file))
    with sessions.begin() as session:
        unused = pictures.replace(session, owner.id, picture, upload, by=by)
    remove(unused)
    show({"id": picture, **vars(upload)}, as_json=as_json, text=lambda: f"Picture {picture} is {upload.file} now.")


def read_upload(file: Path) -> bytes:
    """The picture's bytes. Raises InvalidInput for what is no file or too large, before any of it is read."""
    if not file.is_file():
        raise InvalidInput(f"Nothing was replaced: there is no file {file}.")
    if file.stat().st_size > MAX_BYTES:
        raise InvalidInput(f"Nothing was replaced: {file} is larger than {MAX_BYTES // 1024 // 1024} MB.")
    return file.read_bytes()


def describe(
    site: SiteArgument,
    picture: PictureArgument,
    text: Annotated[str, typer.Argument(help="The alternative text, for those who cannot see the picture.")],
    by: ByOption,
    as_json: JsonOption = False,
) -> None:
    """Say what a picture shows.

    Example: igny8 content describe blog 31 "A white rose with dew on it"
    """
    with open_sessions().begin() as session:
        image = pictures.change_alt_text(session, site_by_slug(session, site).id, picture, text, by=by)
        alt_text = image.alt_text
    show({"id": picture, "alt_text": alt_text}, as_json=as_json, text=lambda: f"Picture {picture}: {alt_text}")


def remove(files: Sequence[str]) -> None:
    """Delete files that nothing names any more, now that this is committed."""
    media = Media(UPath(load().media_root))
    for file in files:
        media.remove(file)


def register(content: typer.Typer) -> None:
    """Put the commands among those on articles."""
    content.command()(regenerate)
    content.command()(redraw)
    content.command()(replace)
    content.command()(describe)
