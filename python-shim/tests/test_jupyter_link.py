"""The page's WebSocket, through a real Jupyter server, to a stand-in bridge."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_under_test import STAND_IN, TOKEN, JupyterUnderTest, is_alive, jupyter, until
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

TOKEN_HEADER = {"Authorization": f"token {TOKEN}"}


@pytest.fixture(scope="module", params=["/", "/user/ann/"])
def server(request: pytest.FixtureRequest) -> Iterator[JupyterUnderTest]:
    with jupyter(base_url=request.param, bridge_command=STAND_IN) as running:
        running.bridge_pid()
        yield running


def link(server: JupyterUnderTest, headers: dict[str, str], query: str = ""):
    address = server.url.replace("http", "ws", 1) + "duallane/link" + query
    return websocket_connect(HTTPRequest(address, headers=headers), max_message_size=2 << 20)


async def answer_of(server: JupyterUnderTest, headers: dict[str, str], query: str = "") -> int:
    """101 when the link opens, else the HTTP status of the refusal."""
    try:
        (await link(server, headers, query)).close()
    except HTTPClientError as refused:
        return refused.code
    return 101


async def login_cookie(server: JupyterUnderTest) -> str:
    answer = await AsyncHTTPClient().fetch(f"{server.url}api/status?token={TOKEN}")
    return "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_list("Set-Cookie"))


def origin_of(server: JupyterUnderTest) -> str:
    return "/".join(server.url.split("/")[:3])


def test_messages_of_any_size_pass_both_ways_unchanged(server: JupyterUnderTest) -> None:
    async def talk() -> None:
        connection = await link(server, TOKEN_HEADER)
        for message in (b"", b"\0" * 7, os.urandom(1 << 20), "füße"):
            await connection.write_message(message, binary=isinstance(message, bytes))
            assert await connection.read_message() == message
        connection.close()

    asyncio.run(talk())


def test_the_bridge_sees_the_secret_and_nothing_of_the_users_session(server: JupyterUnderTest) -> None:
    async def seen() -> dict[str, str]:
        connection = await link(server, {"Cookie": await login_cookie(server), "X-XSRFToken": "x", **TOKEN_HEADER})
        await connection.write_message("headers")
        return json.loads(await connection.read_message())

    names = {name.lower() for name in asyncio.run(seen())}
    assert "x-duallane-secret" in names
    assert not names & {"cookie", "authorization", "x-xsrftoken", "origin"}


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("nothing", 403),
        ("wrong token", 403),
        ("wrong token in the address", 403),
        ("cookie, own origin", 101),
        ("cookie, foreign origin", 403),
        ("cookie, origin null", 403),
        ("token, foreign origin", 403),
        ("token in the address, foreign origin", 403),
        ("token, own origin", 101),
    ],
)
def test_only_a_known_user_on_an_own_page_passes(server: JupyterUnderTest, case: str, status: int) -> None:
    async def ask() -> int:
        headers = dict(TOKEN_HEADER) if case.startswith("token,") else {}
        query = f"?token={TOKEN}" if case.startswith("token in") else ""
        if case == "wrong token":
            headers["Authorization"] = "token guessed"
        if case == "wrong token in the address":
            query = "?token=guessed"
        if case.startswith("cookie"):
            headers["Cookie"] = await login_cookie(server)
        for word, origin in {"own": origin_of(server), "foreign": "http://evil.example", "null": "null"}.items():
            if word in case.split(", ")[-1].split() and "," in case:
                headers["Origin"] = origin
        return await answer_of(server, headers, query)

    assert asyncio.run(ask()) == status


def test_a_plain_get_of_the_link_is_told_that_it_speaks_websocket(server: JupyterUnderTest) -> None:
    async def ask():
        return await AsyncHTTPClient().fetch(f"{server.url}duallane/link", headers=TOKEN_HEADER, raise_error=False)

    answer = asyncio.run(ask())
    assert (answer.code, json.loads(answer.body)["code"]) == (426, "websocket-needed")


def test_a_page_that_does_not_read_stops_the_bridge_and_not_other_pages(server: JupyterUnderTest) -> None:
    def sent() -> int:
        return server.get_json("duallane/health")["sent"]

    async def talk() -> None:
        before = sent()
        head = f"GET {'/' + server.url.split('/', 3)[3]}duallane/link HTTP/1.1\r\nHost: {origin_of(server)[7:]}\r\n"
        head += f"Upgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: token {TOKEN}\r\n"
        head += "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        host, port = origin_of(server)[7:].split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 16)
        writer.write(head.encode() + b"\x81\x85\0\0\0\0flood")  # a masked text frame; nothing is read but its answer
        assert b" 101 " in await reader.readline()
        still = -1
        while still != sent() or still == before:  # until the bridge waits
            still = sent()
            await asyncio.sleep(0.3)
        assert still - before < 64, "the tunnel took what nobody reads"
        other = await link(server, TOKEN_HEADER)
        await other.write_message("hello")
        assert await other.read_message() == "hello"
        other.close()
        writer.close()

    asyncio.run(asyncio.wait_for(talk(), 60))


def test_a_killed_bridge_closes_the_link_and_the_next_link_works(server: JupyterUnderTest) -> None:
    first = server.bridge_pid()

    async def talk() -> None:
        connection = await link(server, TOKEN_HEADER)
        os.kill(first, signal.SIGKILL)
        assert await connection.read_message() is None
        answer = None
        while answer is None:  # one that still met the bridge while it died is closed too, and a page tries again
            again = await link(server, TOKEN_HEADER)
            with contextlib.suppress(WebSocketClosedError):
                await again.write_message("back")
            answer = await again.read_message()
            again.close()
        assert answer == "back"

    asyncio.run(asyncio.wait_for(talk(), 60))
    assert server.bridge_pid() != first
    assert not is_alive(first)


def test_the_bridge_dies_with_a_killed_server() -> None:
    with jupyter(bridge_command=STAND_IN) as server:
        pid = server.bridge_pid()
        server.process.kill()
        until(lambda: not is_alive(pid), "the bridge's end", seconds=10)


def test_a_stopped_server_leaves_no_bridge_and_no_socket() -> None:
    with jupyter(bridge_command=STAND_IN) as server:
        pid = server.bridge_pid()
        [directory] = server.directory.glob("duallane-*")
        assert oct(directory.stat().st_mode)[-3:] == "700"
        assert oct((directory / "bridge.sock").stat().st_mode)[-3:] == "600"
        server.process.terminate()
        server.process.wait(20)
        assert not is_alive(pid)
        assert not directory.exists()


def test_without_node_the_server_starts_and_says_why_on_every_way() -> None:
    async def close_of_link(server: JupyterUnderTest) -> tuple[int, str]:
        connection = await link(server, TOKEN_HEADER)
        assert await connection.read_message() is None
        return connection.close_code, connection.close_reason

    async def health(server: JupyterUnderTest):
        return await AsyncHTTPClient().fetch(f"{server.url}duallane/health", headers=TOKEN_HEADER, raise_error=False)

    with jupyter(node="/nowhere/node") as server:
        answer = asyncio.run(health(server))
        assert answer.code == 503
        told = json.loads(answer.body)
        assert told["code"] == "node-broken"
        assert "/nowhere/node" in told["sentence"]
        code, reason = asyncio.run(close_of_link(server))
        assert code == 1013
        assert reason and told["sentence"].startswith(reason)
        assert "no live views: /nowhere/node" in server.log()


def test_the_bridges_log_is_said_again_at_its_level_and_hub_secrets_stay_behind(server: JupyterUnderTest) -> None:
    until(lambda: "duallane bridge: stand-in-up home=" in server.log(), "the bridge's log line")
    line = next(line for line in server.log().splitlines() if "stand-in-up" in line)
    assert line.startswith("[W ")
    environment = Path(f"/proc/{server.bridge_pid()}/environ").read_text()
    assert "hub-secret" not in environment
    assert TOKEN not in environment
