"""A process that is Airflow's API server without a port, and keeps a site's connection: what it then finds, as JSON."""

from __future__ import annotations

import json

from airflow.models.connection import Connection
from airflow.utils.session import create_session
from igny8_web.website_connections import ConnectionsInProcess
from pydantic import SecretStr
from sqlalchemy import func, select, text

from igny8_lib.wordpress.connection import WordPressConnection


def main() -> None:
    """Connect, connect anew with what people wrote into the connection kept, and look how it is stored."""
    kept = ConnectionsInProcess()
    told: dict[str, object] = {"before": kept.find("blog") is not None}
    kept.keep("blog", WordPressConnection("https://old.example", "bob", SecretStr("first password")))
    with create_session(scoped=False) as session:
        mine = select(Connection).where(Connection.conn_id == "wordpress_blog")
        session.scalars(mine).one().extra = json.dumps({"verify": False})
    kept.keep("blog", WordPressConnection("https://www.blog.example/news", "ann", SecretStr("second password")))
    found = kept.find("blog")
    assert found is not None
    told["found"] = [found.url, found.username, found.password.get_secret_value(), found.verify]
    with create_session(scoped=False) as session:
        told["count"] = session.scalar(select(func.count()).where(Connection.conn_id == "wordpress_blog"))
        told["stored"] = session.scalar(text("SELECT password FROM connection WHERE conn_id = 'wordpress_blog'"))
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
