"""Answers questions with native DuckDB over rows on disk, as `duallane.sql` does over a home's.

Argument: a directory with <kind>.arrow (IPC streams), runs.json and questions.json [{sql, params}]. Prints one JSON
list: for each question {"rows": cells as text} or {"code", "sentence"}.
"""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from duallane.errors import DuallaneError
from duallane.query import RUNS_SCHEMA, named_parameters
from duallane.sql_engine import closed_engine, config_table

directory = Path(sys.argv[1])
runs = json.loads((directory / "runs.json").read_text())


def moment(ms):
    return (
        None
        if ms is None
        else datetime.fromtimestamp(ms / 1000, UTC).replace(tzinfo=None)
    )


def run_row(run):
    times = {
        name: moment(run[name.replace("_at", "_ms")])
        for name in ("created_at", "updated_at", "finished_at")
    }
    return {**run, **run["totals"], **times}


def fill(engine, _words):
    engine.register(
        "runs", pa.Table.from_pylist([run_row(run) for run in runs], schema=RUNS_SCHEMA)
    )
    engine.register(
        "config", config_table((run["run_id"], run["config_json"]) for run in runs)
    )
    for kind in ("steps", "episodes", "metrics", "events"):
        rows = pa.ipc.open_stream((directory / f"{kind}.arrow").read_bytes()).read_all()
        plain = [
            pa.utf8() if pa.types.is_dictionary(field.type) else field.type
            for field in rows.schema
        ]
        engine.register(
            kind, rows.cast(pa.schema(list(zip(rows.column_names, plain, strict=True))))
        )


def cells(question):
    text = named_parameters(question["sql"])
    shaped = (
        text
        if re.match(r"\s*(describe|summarize)", text, re.IGNORECASE)
        else f"SELECT COLUMNS(*)::VARCHAR FROM ({text})"
    )
    try:
        with closed_engine(text, fill) as engine:
            params = question["params"] or None
            rows = (
                engine.sql(shaped, params=params) if params else engine.sql(shaped)
            ).fetchall()
            return {
                "rows": [
                    [None if cell is None else str(cell) for cell in row]
                    for row in rows
                ]
            }
    except DuallaneError as error:
        return {"code": error.code, "sentence": error.sentence}


print(
    json.dumps(
        [
            cells(question)
            for question in json.loads((directory / "questions.json").read_text())
        ]
    )
)
