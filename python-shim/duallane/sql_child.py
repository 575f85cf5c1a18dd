"""Answers one question with native DuckDB in a process of its own: for questions that are too large for a page.

One JSON object on standard input: {home, sql, runs, used: [{name, sql}], variables: {name: value}, max_rows}.
Standard output: frames of one letter, a 32-bit little-endian length, and so many bytes:
`r` reach, JSON [{run, kind, watermark, rows}] · `h` the Arrow IPC schema message · `b` an Arrow IPC record batch
message · `d` done, JSON {rows, is_cut, ask_ms, load_ms} · `e` JSON {code, sentence}, in the place of `d`.

Guarantees: those of sql_engine.py; nothing spills to disk, and the process ends with its reader.
"""

from __future__ import annotations

import json
import struct
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

from .errors import DuallaneError
from .named_questions import UsedQuestion
from .query import fill_tables
from .recorder import KINDS
from .sql_engine import closed_engine, tables_in

ROWS_AT_ONCE = 65_536
BYTES_MAX = 512_000_000


class Frames:
    """Writes frames; a reader that has gone raises BrokenPipeError."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, letter: bytes, body: bytes) -> None:
        self._out.write(letter + struct.pack("<I", len(body)))
        self._out.write(body)
        self._out.flush()

    def json(self, letter: bytes, message: Any) -> None:
        self.write(letter, json.dumps(message).encode())


def answer(asked: dict[str, Any], frames: Frames) -> None:
    """Answers one question into frames. Raises DuallaneError."""
    began = time.monotonic()
    used = [UsedQuestion(one["name"], one["sql"], {}) for one in asked["used"]]
    runs = list(asked["runs"]) or None

    def fill(engine: duckdb.DuckDBPyConnection, words: set[str]) -> None:
        engine.execute("SET temp_directory = ''")
        fill_tables(engine, Path(asked["home"]), words, runs)

    with closed_engine(asked["sql"], fill, used, asked["variables"]) as engine:
        read = tables_in(" ".join([asked["sql"], *(one.text for one in used)]))
        frames.json(b"r", [one for kind in KINDS if kind in read for one in _reach(engine, kind)])
        loaded = time.monotonic()
        _send(engine, asked, frames, began, loaded)


def _reach(engine: duckdb.DuckDBPyConnection, kind: str) -> list[dict[str, Any]]:
    rows = engine.execute(
        f"SELECT run_id, max(seq_id), count(*) FROM {kind} GROUP BY run_id ORDER BY run_id"
    ).fetchall()
    return [{"run": run, "kind": kind, "watermark": last, "rows": count} for run, last, count in rows]


def _send(
    engine: duckdb.DuckDBPyConnection, asked: dict[str, Any], frames: Frames, began: float, loaded: float
) -> None:
    most = int(asked["max_rows"])
    reader = engine.execute(asked["sql"]).to_arrow_reader(ROWS_AT_ONCE)
    for field in reader.schema:
        if pa.types.is_dictionary(field.type):
            raise DuallaneError("sql-failed", f"Column “{field.name}” is an ENUM. Cast it: {field.name}::VARCHAR")
    frames.write(b"h", reader.schema.serialize().to_pybytes())
    rows = sent = 0
    is_cut = False
    for batch in reader:
        is_cut = rows + batch.num_rows > most or sent + batch.nbytes > BYTES_MAX
        part = batch.slice(0, most - rows) if rows + batch.num_rows > most else batch
        body = part.serialize().to_pybytes()
        frames.write(b"b", body)
        rows, sent = rows + part.num_rows, sent + len(body)
        if is_cut:
            break
    now = time.monotonic()
    done = {"rows": rows, "is_cut": is_cut, "bytes": sent}
    frames.json(b"d", {**done, "ask_ms": (now - loaded) * 1000, "load_ms": (loaded - began) * 1000})


def main() -> None:
    """Answers what stands on standard input."""
    frames = Frames(sys.stdout.buffer)
    try:
        answer(json.load(sys.stdin), frames)
    except DuallaneError as error:
        frames.json(b"e", {"code": error.code, "sentence": error.sentence})
    except BrokenPipeError:
        sys.stderr.close()  # the page has gone


if __name__ == "__main__":
    main()
