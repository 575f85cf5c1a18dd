"""The small parts beside the bridge: its log said again, its environment, and the place of its socket."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from duallane.jupyter import environment as surroundings
from duallane.jupyter.bridge import Bridge, Ready, Unavailable
from duallane.jupyter.environment import SOCKET_PATH_BYTES_MAX, bridge_environment, make_socket_directory
from duallane.jupyter.relog import log_line, relog


@pytest.mark.parametrize(
    ("line", "level", "message"),
    [
        ({"time": "t", "level": "warn", "event": "gap", "run": "r 1", "rows": 3}, "WARNING", "gap run=r 1 rows=3"),
        ({"level": "error", "event": "lost", "cause": {"a": 1}}, "ERROR", 'lost cause={"a": 1}'),
        ({"level": "debug", "event": "tick"}, "DEBUG", "tick"),
        ({"level": "loud", "event": "x"}, "WARNING", '{"level": "loud", "event": "x"}'),
        ([1], "WARNING", "[1]"),
    ],
)
def test_a_log_line_keeps_its_level_and_its_fields(line: object, level: str, message: str) -> None:
    assert log_line(json.dumps(line)) == (logging.getLevelName(level), f"duallane bridge: {message}")


def test_a_crash_is_said_word_for_word_and_a_line_too_long_is_not_the_end(caplog: pytest.LogCaptureFixture) -> None:
    async def read() -> None:
        lines = asyncio.StreamReader(limit=64)
        lines.feed_data(b"TypeError: x is not a function\n" + b"y" * 500 + b"\n" + b"after\n")
        lines.feed_eof()
        await relog(lines, logging.getLogger("test"))

    asyncio.run(asyncio.wait_for(read(), 10))
    said = [record.message for record in caplog.records]
    assert said[0] == "duallane bridge: TypeError: x is not a function"
    assert said[-1] == "duallane bridge: after"
    assert any("too long" in message for message in said)


def test_the_servers_own_secrets_stay_behind() -> None:
    given = {
        "PATH": "/bin",
        "JUPYTERHUB_API_TOKEN": "s",
        "JPY_API_TOKEN": "s",
        "JUPYTER_TOKEN": "s",
        "DUALLANE_HOME": "h",
    }
    assert bridge_environment(given) == {"PATH": "/bin", "DUALLANE_HOME": "h"}


def test_the_socket_directory_is_private_and_those_of_dead_servers_go() -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with tempfile.TemporaryDirectory(prefix="dl-", dir="/tmp") as root:
        left, living = Path(root, f"duallane-{dead.pid}-abc"), Path(root, f"duallane-{os.getppid()}-abc")
        foreign = Path(root, "duallane-notes-abc")
        for directory in (left, living, foreign):
            directory.mkdir()
        made = make_socket_directory({"XDG_RUNTIME_DIR": root})
        assert made.parent == Path(root)
        assert oct(made.stat().st_mode)[-3:] == "700"
        assert not left.exists()
        assert living.exists()
        assert foreign.exists()


def test_a_runtime_directory_with_a_long_name_is_passed_over(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    made = make_socket_directory({"XDG_RUNTIME_DIR": str(long)})
    try:
        assert len(os.fsencode(made / "bridge.sock")) <= SOCKET_PATH_BYTES_MAX
    finally:
        made.rmdir()


def bridge_of(program: str, tmp_path: Path) -> Bridge:
    return Bridge(lambda: [sys.executable, "-c", program], lambda: ["true"], tmp_path, logging.getLogger("test"))


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("", "it ended; its last words"),
        ("print('hello', flush=True); input(); input()", "it said b'hello"),
        ("""print('{"ready": false}', flush=True); input(); input()""", 'it said b\'{"ready": false}'),
    ],
)
def test_a_bridge_that_does_not_become_ready_is_a_sentence_and_tried_again(
    program: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(surroundings.tempfile, "gettempdir", lambda: str(tmp_path))
    starts = []

    async def supervise() -> None:
        bridge = bridge_of(program, tmp_path)
        counted = bridge._command
        bridge._command = lambda: starts.append(1) or counted()
        bridge.start()
        state = await bridge.settled(20)
        assert isinstance(state, Unavailable)
        assert sentence in state.sentence
        while len(starts) < 2:
            await asyncio.sleep(0.02)
        await bridge.stop()
        assert not isinstance(bridge.state, Ready)

    asyncio.run(asyncio.wait_for(supervise(), 30))
    said = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(said) == 1, "the same trouble is said once"
