"""A local S3 server (moto) for what a cluster keeps in an object store.

with S3Server.started("media", "logs") as s3:      # with these buckets, empty
    Stack.started(s3.environment, media_url="s3://media", ...)
    s3.keys("logs")                                # names of its objects
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import boto3  # type: ignore[import-untyped]
import httpx

from igny8_lib.stack.ports import LOOPBACK, free_ports
from tests.stack import until

START_SECONDS = 120


class S3Server:
    """One server, which forgets everything at its end."""

    def __init__(self, port: int) -> None:
        self.port = port

    @classmethod
    @contextmanager
    def started(cls, *buckets: str) -> Iterator[S3Server]:
        """A running server with these buckets."""
        server = cls(free_ports(1)[0])
        command = [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(server.port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                until(server.answers, "the S3 server answers", START_SECONDS)
                for bucket in buckets:
                    server.client().create_bucket(Bucket=bucket)
                yield server
            finally:
                process.kill()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """By which every library for S3 finds it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def answers(self) -> bool | None:
        """True once it does."""
        try:
            return httpx.get(self.url, timeout=5).status_code < 500 or None
        except httpx.HTTPError:
            return None

    def client(self) -> boto3.client:
        """A client with all rights."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        )

    def keys(self, bucket: str) -> list[str]:
        """The names of a bucket's objects."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]
