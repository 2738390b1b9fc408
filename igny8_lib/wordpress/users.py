"""The users of a website: whom the connection signs in as, and whose name stands on posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from igny8_lib.wordpress import documents
from igny8_lib.wordpress.errors import Gone
from igny8_lib.wordpress.routes import Routes

PATH = "/wp/v2/users"


@dataclass(frozen=True)
class User:
    """A user; roles and capabilities are told of oneself, and to administrators."""

    id: int
    name: str
    """As it is shown on posts."""
    slug: str
    login: str
    """Empty where WordPress does not tell it."""
    roles: tuple[str, ...] = ()
    capabilities: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, document: dict[str, Any]) -> User:
        """From WordPress' JSON."""
        roles = document.get("roles")
        capabilities = documents.mapping(document.get("capabilities"))
        return cls(
            id=document["id"],
            name=documents.name(document.get("name")),
            slug=documents.words(document.get("slug")),
            login=documents.words(document.get("username")),
            roles=tuple(map(str, roles)) if isinstance(roles, list) else (),
            capabilities=frozenset(name for name, has in capabilities.items() if has),
        )

    def can(self, capability: str) -> bool:
        """Whether the user has this right (publish_posts, upload_files, manage_categories, …)."""
        return capability in self.capabilities


class Users:
    """The users of one website."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def me(self) -> User:
        """The user of the connection, with rights. Raises Unauthorized where WordPress knows no such user."""
        return User.of(documents.object_of(self._routes.get(f"{PATH}/me", context="edit")))

    def find(self, who: str) -> User | None:
        """The user with this number, login, slug or shown name; None where there is none that this user may see.

        Users without a public post are seen by administrators alone, logins too.
        """
        if who.isascii() and who.isdigit():
            return self._get(int(who))
        wanted = who.strip().casefold()
        mine = self.me()
        context = "edit" if mine.can("list_users") else "view"
        answer = self._routes.get(PATH, search=who.strip(), per_page=100, context=context)
        known = [mine, *(User.of(document) for document in documents.objects(answer))]
        return next(
            (user for user in known if wanted in {user.login.casefold(), user.slug, user.name.casefold()}), None
        )

    def _get(self, user_id: int) -> User | None:
        try:
            return User.of(documents.object_of(self._routes.get(f"{PATH}/{user_id}")))
        except Gone:
            return None
