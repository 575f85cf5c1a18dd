"""The server extension with the package's own bridge and daemon (`npm run build:node` first), as a user gets them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
from collections.abc import Iterator

import pytest
from jupyter_under_test import TOKEN, JupyterUnderTest, is_alive, jupyter, until
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from duallane._contract import contract
from duallane.home import read_daemon

HELLO, RUNS = 1, 15


@pytest.fixture(scope="module")
def server() -> Iterator[JupyterUnderTest]:
    with jupyter(base_url="/user/ann/", daemon_command=[]) as running:
        try:
            running.bridge_pid()
            yield running
        finally:
            daemon = read_daemon(running.directory / "home")
            if daemon is not None and is_alive(daemon.pid):
                os.kill(daemon.pid, signal.SIGTERM)
                until(lambda: not is_alive(daemon.pid), "the daemon's end", log=running.log)


def message(kind: int, meta: dict) -> bytes:
    """One whole message on channel 0 (proto/link.json): header, length of the JSON, the JSON padded with spaces."""
    text = json.dumps(meta).encode()
    text += b" " * (-(4 + len(text)) % 8)
    payload = struct.pack("<I", len(text)) + text
    return struct.pack("<IIBBHI", 0, 1, kind, 3, 0, len(payload)) + payload


async def next_meta(connection: WebSocketClientConnection, kind: int) -> dict:
    """The JSON of the next message of a kind; messages here are small, so each is one fragment."""
    while True:
        received = await connection.read_message()
        assert isinstance(received, bytes), f"the link closed: {connection.close_code} {connection.close_reason}"
        if received[8] == kind:
            length = struct.unpack_from("<I", received, 16)[0]
            return json.loads(received[20 : 20 + length])


def test_the_bridge_and_the_daemon_come_up_with_the_server_and_agree_on_the_contract(server: JupyterUnderTest) -> None:
    def health() -> dict | None:
        told = server.get_json("duallane/health")
        return told if told and told["daemon"]["state"] == "connected" else None

    told = until(health, "a bridge that is connected to its daemon", log=server.log)
    assert (told["contract"], told["version"]) == (contract.HASH, contract.VERSION)
    daemon = read_daemon(server.directory / "home")
    assert daemon is not None and is_alive(daemon.pid)


def test_a_page_says_hello_through_the_tunnel_and_gets_the_list_of_runs(server: JupyterUnderTest) -> None:
    async def talk() -> tuple[dict, dict]:
        address = server.url.replace("http", "ws", 1) + "duallane/link"
        connection = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {TOKEN}"}))
        hello = {"contract": contract.HASH, "version": contract.VERSION, "page": "page-of-the-test"}
        await connection.write_message(message(HELLO, hello), binary=True)
        answers = await next_meta(connection, HELLO), await next_meta(connection, RUNS)
        connection.close()
        return answers

    hello, runs = asyncio.run(asyncio.wait_for(talk(), 30))
    assert hello["contract"] == contract.HASH
    assert runs == {"runs": []}


def test_the_daemon_outlives_the_bridge_and_the_next_bridge_finds_it(server: JupyterUnderTest) -> None:
    until(lambda: read_daemon(server.directory / "home"), "a daemon", log=server.log)
    daemon, first = read_daemon(server.directory / "home"), server.bridge_pid()
    os.kill(first, signal.SIGKILL)
    second = until(
        lambda: (server.get_json("duallane/health") or {"pid": first})["pid"] not in (0, first), "another bridge"
    )
    assert second
    assert is_alive(daemon.pid)
    until(
        lambda: server.get_json("duallane/health")["daemon"]["state"] == "connected", "the daemon again", log=server.log
    )
    assert read_daemon(server.directory / "home") == daemon


def test_secrets_stand_on_no_command_line_and_in_no_log(server: JupyterUnderTest) -> None:
    with open(f"/proc/{server.bridge_pid()}/cmdline", "rb") as argv:
        words = argv.read().split(b"\0")
    assert all(len(word) < 64 or b"/" in word for word in words), words
    assert TOKEN not in server.log()
