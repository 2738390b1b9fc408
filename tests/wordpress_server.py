"""A real WordPress on loopback, on PHP's own server with a MariaDB that only it can reach.

    def test_something(wordpress: WordPressServer) -> None:             emptied before the test
        with wordpress.client("editor") as client:
            client.posts.create({"title": "Tea", "status": "publish"})
        wordpress.php("return wp_trash_post(5);")                       what people do there

    def test_other(wordpress_with: WordPressWith) -> None:
        plain = wordpress_with(permalinks="")                           one server for each set of switches

Servers start when they are first asked for and end with the session. Tests that use one go to one worker
(tests/workers.py). Where a package is missing they are skipped; in CI they fail.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from tests import wordpress_processes as processes
from tests.wordpress_packages import program, require_wordpress

PHP_FILES = Path(__file__).parent / "wordpress"
WORKERS = 3
EMPTY = """
foreach (['posts', 'postmeta', 'term_relationships', 'comments', 'commentmeta', 'termmeta'] as $table) {
    $wpdb->query("DELETE FROM {$wpdb->prefix}$table");
}
$wpdb->query("DELETE FROM {$wpdb->prefix}terms WHERE term_id > 1");
$wpdb->query("DELETE FROM {$wpdb->prefix}term_taxonomy WHERE term_id > 1");
$wpdb->query("UPDATE {$wpdb->prefix}term_taxonomy SET count = 0");
$wpdb->query("DELETE FROM {$wpdb->prefix}options WHERE option_name LIKE '%\\_children'");
"""
MANY = """
$count = %d;
$given = json_decode(%s, true) + [
    'post_author' => 1, 'post_status' => 'publish', 'post_type' => 'post', 'post_content' => '<p>Text.</p>',
    'post_date' => current_time('mysql'), 'post_date_gmt' => current_time('mysql', true),
    'post_modified' => current_time('mysql'), 'post_modified_gmt' => current_time('mysql', true),
    'post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '',
];
$last = (int) $wpdb->get_var("SELECT MAX(ID) FROM $wpdb->posts");
foreach (array_chunk(range(1, $count), 500) as $part) {
    $rows = [];
    foreach ($part as $number) {
        $row = $given + ['post_title' => "Post $number", 'post_name' => "post-$number"];
        $rows[] = $wpdb->prepare('(' . implode(',', array_fill(0, count($row), '%%s')) . ')', array_values($row));
    }
    $wpdb->query("INSERT INTO $wpdb->posts (" . implode(',', array_keys($row)) . ') VALUES ' . implode(',', $rows));
}
return array_map('intval', $wpdb->get_col("SELECT ID FROM $wpdb->posts WHERE ID > $last ORDER BY ID"));
"""


@dataclass(frozen=True)
class Switches:
    """What a website can be like. The default is a good one, in New York, so that its time is never UTC."""

    release: str = "debian"
    """"newest": a later one than Debian's."""
    permalinks: str = "/%postname%/"
    """Empty: plain ones (?p=1), and no /wp-json/."""
    zone: str = "America/New_York"
    application_passwords: bool = True
    """False: a production site on plain http, where WordPress offers none."""
    strip_authorization: bool = False
    """A host that takes the Authorization header away."""
    strict: bool = False
    """A plug-in that looks for the user early: wrong passwords give 401 everywhere, with the reason."""
    html: str = ""
    """A plug-in that answers a page with 200: to "all" requests of the REST API, or to "writes"."""
    rest: bool = True
    """False: a plug-in that switches the REST API off."""
    seo: str = ""
    """"yoast", "yoast closed" (its fields cannot be written over REST), "rank math"."""
    meta: str = ""
    """Name of a post meta key that the site registers for REST."""
    upload_limit: str = "8M"
    """PHP's upload_max_filesize."""
    body_limit: str = "10M"
    """PHP's post_max_size."""

    def environment(self) -> dict[str, str]:
        """What the PHP files read."""
        return {
            "WP_PERMALINKS": self.permalinks,
            "WP_ZONE": self.zone,
            "WP_KIND": "local" if self.application_passwords else "production",
            "WP_STRIP_AUTHORIZATION": "1" if self.strip_authorization else "",
            "WP_STRICT": "1" if self.strict else "",
            "WP_HTML": self.html,
            "WP_NO_REST": "" if self.rest else "1",
            "WP_SEO": self.seo,
            "WP_META": self.meta,
        }

    def php(self, compiled: Path) -> list[str]:
        """PHP with its settings; compiled files are kept in the folder."""
        given = {
            "upload_max_filesize": self.upload_limit,
            "post_max_size": self.body_limit,
            "memory_limit": "256M",
            "display_errors": "0",
            "opcache.file_cache": str(compiled),  # the next server need not compile all of WordPress
            "opcache.enable_cli": "1",
            "date.timezone": "UTC",
        }
        return [program("php"), *(word for name, value in given.items() for word in ("-d", f"{name}={value}"))]


@dataclass(frozen=True)
class Login:
    """A user of the website."""

    id: int
    login: str
    password: str
    """An application password."""


def new_client() -> httpx.Client:
    """One for each server and without certificates: to read them takes longer than WordPress takes to answer."""
    return httpx.Client(verify=False, timeout=60, limits=httpx.Limits(max_keepalive_connections=0))  # noqa: S501


@dataclass
class WordPressServer:
    """One website with its switches; `users` by role: administrator, editor, author, contributor, subscriber."""

    url: str
    users: dict[str, Login]
    version: str
    content: Path
    switches: Switches
    secret: str = field(repr=False)
    _http: httpx.Client = field(default_factory=new_client, repr=False)

    def connection(self, role: str = "administrator", *, url: str = "", password: str = "") -> WordPressConnection:
        """The connection of a user; another address (a proxy's) or another password where one is given."""
        user = self.users[role]
        return WordPressConnection(url or self.url, user.login, SecretStr(password or user.password))

    def client(self, role: str = "administrator", *, url: str = "") -> WordPress:
        """The product's client, signed in; a context manager."""
        return WordPress(self.connection(role, url=url), allow_private=True)

    def php(self, code: str) -> Any:
        """What this PHP returns, run inside WordPress as its administrator; $wpdb is there. Raises on an error."""
        answer = self._http.post(f"{self.url}/__tests__", content=code.encode(), headers={"X-Tests": self.secret})
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:1000]}")
        return answer.json()

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Rows of a statement on the database; values are strings, the tables begin with wp_."""
        rows: list[dict[str, Any]] = self.php(f"return $wpdb->get_results({json.dumps(statement)}, ARRAY_A);")
        return rows

    def add_posts(self, count: int, **columns: object) -> list[int]:
        """Write so many posts straight into the database, the way a grown website has them; their numbers.

        `columns` are those of wp_posts (post_status, post_author, post_modified_gmt, post_type, …), the same for all.
        """
        made: list[int] = self.php(MANY % (count, json.dumps(json.dumps(columns))))
        return made

    @contextmanager
    def plugin(self, code: str) -> Iterator[None]:
        """A must-use plug-in of this PHP, as long as the block lasts.

        Each has a file name of its own: PHP looks only every two seconds whether a file it has compiled has changed,
        so that a second plug-in under the first one's name would at times be the first one.
        """
        file = self.content / f"mu-plugins/{secrets.token_hex(8)}.php"
        file.write_text(f"<?php {code}", "utf-8")
        try:
            yield
        finally:
            file.unlink()

    def reset(self) -> None:
        """No posts, pages, files, comments, no terms but "Uncategorized". Numbers go on counting."""
        self.php(EMPTY)
        uploads = self.content / "uploads"
        shutil.rmtree(uploads, ignore_errors=True)
        uploads.mkdir()


WordPressWith = Callable[..., WordPressServer]
"""The emptied server with these switches, named as in Switches."""


class WordPressServers:
    """The servers of a session's worker, one for each set of switches, over one database server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._installed: dict[str, dict[str, Any]] = {}
        self._known: dict[Switches, WordPressServer] = {}

    @cached_property
    def _socket(self) -> str:
        """The database server's, which is started."""
        (self._folder / "compiled").mkdir()
        return str(processes.start_database(self._folder))

    def _environment(self, release: str) -> dict[str, str]:
        """What all PHP processes of a release are told."""
        root = require_wordpress(release)
        return {
            "WP_ROOT": str(root),
            "WP_CONFIG": str(PHP_FILES / "config.php"),
            "WP_SOCK": self._socket,
            "WP_MASTER": f"wordpress_{release}",
        }

    def _install(self, release: str, environment: dict[str, str]) -> dict[str, Any]:
        """The website that those of the release are copies of: its version and its users."""
        if release not in self._installed:
            first = {
                "WP_DB": environment["WP_MASTER"],
                "WP_URL": "http://127.0.0.1:80",
                "WP_CONTENT": f"{environment['WP_ROOT']}/wp-content",
            }
            self._installed[release] = json.loads(self._run("install.php", Switches(), environment | first))
        return self._installed[release]

    def _run(self, script: str, switches: Switches, environment: dict[str, str]) -> str:
        """What one of the PHP scripts prints. Raises RuntimeError where it fails."""
        command = [*switches.php(self._folder / "compiled"), str(PHP_FILES / script)]
        done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{script} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done.stdout

    def get(self, switches: Switches) -> WordPressServer:
        """The server with these switches, emptied."""
        if switches not in self._known:
            self._known[switches] = self._start(switches, len(self._known))
        server = self._known[switches]
        server.reset()
        return server

    def stop(self) -> None:
        """End all processes."""
        processes.stop(self._folder)

    def _start(self, switches: Switches, number: int) -> WordPressServer:
        shared = self._environment(switches.release)
        made = self._install(switches.release, shared)
        content, root = self._folder / f"content-{number}", Path(shared["WP_ROOT"])
        for name in ("uploads", "plugins", "mu-plugins"):
            (content / name).mkdir(parents=True)
        (content / "themes").symlink_to(root / "wp-content/themes")
        (content / "mu-plugins/switches.php").symlink_to(PHP_FILES / "switches.php")
        port, secret = processes.free_port(), secrets.token_hex(16)
        environment = (
            shared
            | switches.environment()
            | {
                "WP_URL": f"http://127.0.0.1:{port}",
                "WP_DB": f"wordpress_{number}",
                "WP_CONTENT": str(content),
                "WP_SECRET": secret,
                "PHP_CLI_SERVER_WORKERS": str(WORKERS),
            }
        )
        self._run("website.php", switches, environment)
        command = [
            *switches.php(self._folder / "compiled"),
            "-S",
            f"127.0.0.1:{port}",
            "-t",
            root,
            PHP_FILES / "router.php",
        ]
        processes.start(self._folder, f"php-{number}", command, environment)
        server = WordPressServer(
            url=environment["WP_URL"],
            users={role: Login(**user) for role, user in made["users"].items()},
            version=made["version"],
            content=content,
            switches=switches,
            secret=secret,
        )
        processes.wait_until(lambda: answers(server), self._folder / f"php-{number}.log")
        return server


def answers(server: WordPressServer) -> bool:
    """Whether PHP's server serves WordPress."""
    try:
        return bool(server.php("return true;"))
    except (httpx.TransportError, RuntimeError):
        return False
