"""History over HTTP, through a real Jupyter server, from a stand-in bridge."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from jupyter_under_test import STAND_IN, TOKEN, JupyterUnderTest, jupyter
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

PART = bytes(range(256)) * 4096  # as in stand_in_bridge.py
TOKEN_HEADER = {"Authorization": f"token {TOKEN}"}
ADDRESSES = ["duallane/health", "duallane/parts/abc", "duallane/tail/run-1/steps?after=0&upto=9"]


@pytest.fixture(scope="module", params=["/", "/user/ann/"])
def server(request: pytest.FixtureRequest) -> Iterator[JupyterUnderTest]:
    with jupyter(base_url=request.param, bridge_command=STAND_IN) as running:
        running.bridge_pid()
        yield running


def get(
    server: JupyterUnderTest, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> HTTPResponse:
    async def ask() -> HTTPResponse:
        body = b"" if method == "POST" else None
        return await AsyncHTTPClient().fetch(
            server.url + path, headers=headers, method=method, body=body, raise_error=False, follow_redirects=False
        )

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "token guessed"},
        {**TOKEN_HEADER, "Origin": "http://evil.example"},
        {**TOKEN_HEADER, "Sec-Fetch-Site": "cross-site"},
        {"Cookie": "username-127-0-0-1=forged"},
    ],
)
def test_a_stranger_or_a_foreign_page_gets_no_byte(
    server: JupyterUnderTest, path: str, headers: dict[str, str]
) -> None:
    answer = get(server, path, headers)
    assert answer.code == 403
    assert set(json.loads(answer.body)) == {"code", "sentence"}
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_part_comes_whole_with_its_cache_headers_and_no_cookie_of_the_bridge(server: JupyterUnderTest) -> None:
    answer = get(server, "duallane/parts/abc", TOKEN_HEADER)
    assert (answer.code, answer.body == PART) == (200, True)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "bridge=1" not in answer.headers.get("Set-Cookie", "")


def test_a_range_of_a_part_comes_as_asked(server: JupyterUnderTest) -> None:
    answer = get(server, "duallane/parts/abc", {**TOKEN_HEADER, "Range": "bytes=250-260"})
    assert (answer.code, answer.body) == (206, PART[250:261])
    assert answer.headers["Content-Range"] == f"bytes 250-260/{len(PART)}"


def test_head_tells_the_length_and_sends_no_body(server: JupyterUnderTest) -> None:
    answer = get(server, "duallane/parts/abc", TOKEN_HEADER, "HEAD")
    assert (answer.code, answer.headers["Content-Length"], answer.body) == (200, str(len(PART)), b"")


def test_the_bridge_is_asked_the_same_question_without_the_users_session(server: JupyterUnderTest) -> None:
    path = f"duallane/tail/r%C3%BCn%2F1/steps?after=3&upto=9&token={TOKEN}"
    told = json.loads(get(server, path, {"Cookie": "_xsrf=1", "X-XSRFToken": "1", "Accept": "x/y"}).body)
    assert told["uri"] == "/tail/r%C3%BCn%2F1/steps?after=3&upto=9"
    names = {name.lower() for name in told["headers"]}
    assert names == {"host", "connection", "x-duallane-secret", "accept", "accept-encoding"}


def test_an_unknown_part_is_the_bridges_404(server: JupyterUnderTest) -> None:
    assert get(server, "duallane/parts/unknown", TOKEN_HEADER).code == 404


def test_a_body_that_breaks_off_does_not_end_as_if_whole(server: JupyterUnderTest) -> None:
    async def ask() -> tuple[bytes, bytes]:
        host, port = server.url.split("/")[2].split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        path = "/" + server.url.split("/", 3)[3] + "duallane/parts/broken"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: token {TOKEN}\r\n\r\n".encode())
        head, rest = await reader.readuntil(b"\r\n\r\n"), await reader.read()
        writer.close()
        return head, rest

    head, rest = asyncio.run(asyncio.wait_for(ask(), 20))
    assert b"Content-Length: 1000" in head
    assert rest == b"x" * 10  # and then the connection closed, short of 1000


def test_posting_reaches_nothing(server: JupyterUnderTest) -> None:
    assert get(server, "duallane/health", TOKEN_HEADER, "POST").code in (403, 405)


@pytest.mark.parametrize("path", ["duallane/parts/a/b", "duallane/secret", "duallane/tail/x"])
def test_addresses_that_are_not_ours_are_not_asked_of_the_bridge(server: JupyterUnderTest, path: str) -> None:
    assert get(server, path, TOKEN_HEADER).code == 404
