"""Websites before they are deployed, for the frame of the editor: the key in the address is the whole permission.

The frame is sandboxed: its document has an origin of its own, which is nobody's, and sends no cookie. So the address
has a key that the editor's page made for whoever looks (preview_keys.py): it opens one website, to read, for an hour.
The policy lets nothing run in the document, however it is opened, and nothing be loaded from elsewhere.
"""

from __future__ import annotations

from igny8_product import product_engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.db.scope import Scope
from igny8_lib.db.session import session_factory
from igny8_lib.errors import NotAllowed, NotFound
from igny8_lib.models import Module
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.previewing import nothing_there, preview_file
from igny8_lib.site_builder.uploads.headers import headers_for
from igny8_lib.sites.modules import require_module
from igny8_lib.sites.rates import TooManyRequests, admit
from igny8_web.media import media
from igny8_web.preview_keys import PreviewKey, issue, opened
from igny8_web.problems import of_database, of_product

MOST = 240
"""Pages a minute that one person looks at: an editor's page shows one after each change."""
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""What the frame and the document may: open links out of the site in tabs of their own."""
POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        f"sandbox {SANDBOX}",
    ]
)
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def address_of(account_id: int, site_id: int, blueprint_id: int, person: str) -> str:
    """Where somebody may look at a website, below the application."""
    return f"previews/{issue(account_id, site_id, blueprint_id, person)}/"


def preview(request: Request) -> Response:
    """The file, or 404 for a key that opens nothing and a path with nothing there, 429 for one page too many."""
    try:
        return answer(request, opened(request.path_params["key"]), request.path_params["path"])
    except (NotFound, NotAllowed, TooManyRequests) as refused:
        return of_product(request, refused)
    except Exception as error:  # noqa: BLE001 - told as everywhere: nothing of it, and a number in the log
        return of_database(request, error)


def answer(request: Request, key: PreviewKey, asked: str) -> Response:
    """The file at a path. Raises NotFound, ModuleDisabled, TooManyRequests."""
    path = f"{asked}index.html" if not asked or asked.endswith("/") else asked
    below = f"{request.scope.get('root_path', '')}/previews/{request.path_params['key']}/"
    with session_factory(product_engine(), Scope.of_sites(key.account_id, [key.site_id])).begin() as session:
        require_module(session, key.account_id, Module.SITE_BUILDER)
        blueprint = find_blueprint(session, key.site_id, key.blueprint_id)
        if path.endswith(".html"):
            admit(session, key.person, "previews", MOST)
        found = preview_file(session, media(), blueprint, path, below)
        if found is None:
            missing = nothing_there(session, blueprint, below)
            return HTMLResponse(missing, 404, headers=HEADERS | {"Content-Security-Policy": POLICY})
    return Response(found, headers={"Content-Security-Policy": POLICY} | headers_for(path) | HEADERS)
