"""Who may look at an account's pages, and who may change it; and how a change that is refused is told in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from igny8_lib.errors import Igny8Error
from igny8_lib.sites.access import Action
from igny8_web.doors import AccountDoor, OnAccount
from igny8_web.pages.site import say

Reading = Annotated[AccountDoor, Depends(OnAccount(Action.READ))]
Managing = Annotated[AccountDoor, Depends(OnAccount(Action.MANAGE))]
Show = Callable[..., HTMLResponse]


def change(request: Request, door: AccountDoor, show: Show, do: Callable[[], str]) -> HTMLResponse:
    """Do it and show the part with what was done; or the part as it is, with why nothing was changed.

    `do` returns the sentence to say. What trying again later may mend is not the form's affair and is raised.
    """
    try:
        sentence = do()
    except Igny8Error as refused:
        if refused.http_status >= 500:
            raise
        return show(request, door, refused=str(refused), status=refused.http_status)
    return say(show(request, door), sentence)
