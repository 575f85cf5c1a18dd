"""POST duallane/sql: native DuckDB for what is too large for a page, with a real Jupyter server and a real daemon."""

from __future__ import annotations

import json
import os
import signal
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pyarrow as pa
import pytest
from jupyter_under_test import TOKEN, JupyterUnderTest, jupyter, until
from test_real_daemon import end_daemon

import duallane

QUESTION = {"sql": "SELECT 1", "runs": [], "used": [], "variables": {}, "max_rows": 1000}


@pytest.fixture(scope="module")
def server() -> Iterator[JupyterUnderTest]:
    with tempfile.TemporaryDirectory(prefix="dl-") as place:
        with duallane.Run("first", home=place) as run:
            for step in range(100):
                run.log_step(float(step), terminated=False, episode=0, step=step)
        with jupyter(home=place) as served:
            yield served
        end_daemon(Path(place), signal.SIGKILL)


def ask(server: JupyterUnderTest, headers: dict[str, str] | None = None, **question: object) -> list[tuple[str, bytes]]:
    """The frames of an answer."""
    body = json.dumps({**QUESTION, **question}).encode()
    request = Request(server.url + "duallane/sql", body, headers or {"Authorization": f"token {TOKEN}"})
    with urlopen(request, timeout=60) as answer:
        text = answer.read()
    frames, at = [], 0
    while at < len(text):
        (length,) = struct.unpack_from("<I", text, at + 1)
        frames.append((chr(text[at]), text[at + 5 : at + 5 + length]))
        at += 5 + length
    return frames


def rows(frames: list[tuple[str, bytes]]) -> list[dict[str, object]]:
    stream = b"".join(body for letter, body in frames if letter in "hb")
    return pa.ipc.open_stream(stream).read_all().to_pylist()


def test_a_question_is_answered_with_its_reach_its_values_and_its_used_results(server: JupyterUnderTest) -> None:
    frames = ask(
        server,
        sql="SELECT count(*) AS n, getvariable('param__t') AS t FROM late",
        used=[{"name": "late", "sql": "SELECT * FROM steps WHERE reward >= getvariable('param_late_k')"}],
        variables={"param__t": "'; DROP TABLE steps; --", "param_late_k": 90},
    )
    assert rows(frames) == [{"n": 10, "t": "'; DROP TABLE steps; --"}]
    [reach] = json.loads(frames[0][1])
    assert (frames[0][0], reach["kind"], reach["watermark"], reach["rows"]) == ("r", "steps", 100, 100)
    assert frames[-1][0] == "d"


def test_it_stops_at_the_most_rows_and_says_so(server: JupyterUnderTest) -> None:
    frames = ask(server, sql="FROM range(100000)", max_rows=70_000)
    assert len(rows(frames)) == 70_000
    done = json.loads(frames[-1][1])
    assert (done["rows"], done["is_cut"]) == (70_000, True)


def test_a_question_of_several_seconds_has_nothing_but_its_frames_in_the_answer(server: JupyterUnderTest) -> None:
    began = time.monotonic()
    frames = ask(server, sql="SELECT count(sin(a.range * b.range)) AS n FROM range(40000) a, range(10000) b")
    assert time.monotonic() - began > 2, "DuckDB draws a progress bar from two seconds on"
    assert [letter for letter, _ in frames] == ["r", "h", "b", "d"]
    assert rows(frames) == [{"n": 400_000_000}]


@pytest.mark.parametrize(
    ("sql", "code", "words"),
    [
        ("DROP VIEW cleanrl", "sql-refused", "kept as it was recorded"),
        ("SELECT 1; SELECT 2", "sql-refused", "One question at a time"),
        ("COPY (SELECT 1) TO '/tmp/x'", "sql-refused", "COPY"),
        ("SELECT * FROM read_text('/etc/passwd')", "sql-failed", "disabled by configuration"),
        ("SELECT * FROM read_csv('https://example.org/a.csv')", "sql-failed", ""),
        ("SELECT * FROM '/etc/passwd'", "sql-failed", "does not exist"),
        ("SELECT * FROM engine", "sql-failed", "engine"),
        ("SELECT no_such FROM steps", "sql-failed", "LINE 1"),
    ],
)
def test_what_does_not_read_the_history_is_refused(server: JupyterUnderTest, sql: str, code: str, words: str) -> None:
    letter, body = ask(server, sql=sql)[-1]
    assert letter == "e"
    error = json.loads(body)
    assert error["code"] == code
    assert words in error["sentence"]


def test_nobody_is_answered_without_a_token_or_with_a_foreign_origin(server: JupyterUnderTest) -> None:
    for headers in ({"X": "y"}, {"Authorization": f"token {TOKEN}", "Origin": "https://example.org"}):
        with pytest.raises(HTTPError) as refused:
            ask(server, headers)
        assert refused.value.code == 403


def test_a_text_that_is_no_question_is_refused_in_words(server: JupyterUnderTest) -> None:
    request = Request(server.url + "duallane/sql", b"[]", {"Authorization": f"token {TOKEN}"})
    with pytest.raises(HTTPError) as refused:
        urlopen(request, timeout=60)
    assert json.load(refused.value)["code"] == "question-format"


def test_a_page_that_goes_takes_the_engine_with_it(server: JupyterUnderTest) -> None:
    def children() -> list[int]:
        found = []
        for name in os.listdir("/proc"):
            try:
                command = Path(f"/proc/{name}/cmdline").read_bytes()
                parent = int(Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            if b"duallane.sql_child" in command and parent == server.process.pid:
                found.append(int(name))
        return found

    body = {**QUESTION, "sql": "SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b"}
    request = Request(server.url + "duallane/sql", json.dumps(body).encode(), {"Authorization": f"token {TOKEN}"})
    with urlopen(request, timeout=60) as answer:
        answer.read(5)  # the frame of the reach: the engine is at work
        assert len(children()) == 1
    began = time.monotonic()
    until(lambda: not children(), "the engine's end")
    assert time.monotonic() - began < 5
