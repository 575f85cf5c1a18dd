"""SQL over a home's runs in this process: the same tables, names and types as the page's SQL cell.

Guarantees
- The tables hold exactly the rows that were durable when the call began, and all that open runs of this process had
  logged in it.
- The engine is in memory, sees only these tables, and has no way to a file, the network, or a variable of the caller.
- Parameters are bound, never written into the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset as pads

from ._contract import duallane_pb2 as pb
from .catalogue import describe, history_of, parts_and_tail, plain_schema, run_ids_of, time_of
from .daemon_calls import DuallaneServiceStub
from .errors import DuallaneError
from .home import resolve_home
from .ledger_tables import COUNTERS, LEDGER_SCHEMAS, ledger_tables
from .named_questions import bound, used_by
from .recorder import KINDS
from .run import Run, flush_open_runs
from .sql_engine import closed_engine, config_table

_BRACES = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\{\{\s*(\w+)\s*\}\}""")
_MISSING = re.compile(r"Values were not provided for the following[\w ]* parameters: ([\w, ]+)")
RUNS_SCHEMA = pa.schema(
    [
        *(
            (name, pa.utf8())
            for name in ("run_id", "name", "status", "outcome", "failure_reason", "config_json", "digest")
        ),
        *((name, pa.timestamp("us")) for name in ("created_at", "updated_at", "finished_at")),
        *((name, pa.int64()) for name in (*COUNTERS, "removed")),
        ("kept", pa.utf8()),
    ]
)


def sql(
    question: str,
    params: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    home: Path | str | None = None,
    run: Run | str | Iterable[Run | str] | None = None,
) -> pa.Table:
    """Answers one SQL question (DuckDB's dialect) over runs, config, episodes, steps, metrics and events,
    the ledger (ledger, ledger_gaps, ledger_views), and the views cleanrl, sb3 and monitor.

    params: values for `?`, or by name for `$name` and `{{name}}`. run: only rows of this run or of these, by Run, id or
    name (the newest of that name); all runs when left out. Names of `%%duallane name` cells are tables too: they are
    asked anew, natively, on the same rows; `:run`, `:episode`, … are what the page's cursor points at. Returns a
    pyarrow.Table (`.to_pandas()` makes a DataFrame).
    Raises DuallaneError: "sql-refused" (not one reading statement), "sql-parameter" (no value), "sql-failed" with the
    engine's words, "run-unknown", and the errors of reaching the daemon.

        duallane.sql("SELECT episode_index, total_reward FROM episodes WHERE run_id = $r", {"r": run.run_id})
    """
    if not isinstance(question, str):
        raise DuallaneError(
            "sql-refused", f"A question is text, such as 'SELECT * FROM runs'; not {type(question).__name__}."
        )
    cursor = _page_cursor()
    text, variables = bound(named_parameters(question), {}, "", cursor)
    used = used_by(text, cursor)
    place = resolve_home(home)
    flush_open_runs(place)
    run_ids = _run_ids(run, place)
    with closed_engine(
        text, lambda engine, words: fill_tables(engine, place, words, run_ids), used, variables
    ) as engine:
        try:
            answer = engine.sql(text, params=_plain(params)) if params else engine.sql(text)
        except duckdb.InvalidInputException as error:
            raise _unanswered(error) from error
        if answer is None:
            raise DuallaneError("sql-refused", "This statement answers nothing. Begin with SELECT, FROM or WITH.")
        return answer.to_arrow_table()


def _unanswered(error: duckdb.Error) -> Exception:
    """What a question lacks values for, in a sentence; any other failure as it is."""
    missing = _MISSING.search(str(error))
    if not missing:
        return error
    names = sorted(name.strip() for name in missing[1].split(","))
    given = "[5]" if names[0].isdigit() else f'{{"{names[0]}": 5}}'
    return DuallaneError(
        "sql-parameter",
        f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no value: "
        f"give it as the second argument, duallane.sql(question, {given}).",
    )


def _page_cursor() -> dict[str, Any]:
    """What the page's cursor points at, where this process knows of one; `:run` is NULL where it does not."""
    module = sys.modules.get("duallane.page_cursor")
    cursor = getattr(module, "cursor", None)
    if cursor is None:
        return {}
    pointed = {name: getattr(cursor, name) for name in ("run", "agent", "episode", "step")}
    return {**pointed, "selected_runs": list(cursor.runs) or None}


def named_parameters(question: str) -> str:
    """The question with `$name` for each `{{name}}`; strings, quoted names and comments stay as they are."""
    return _BRACES.sub(lambda found: f"${found[1]}" if found[1] else found[0], question)


def _run_ids(run: Run | str | Iterable[Run | str] | None, home: Path) -> list[str] | None:
    if run is None:
        return None
    named = [run] if isinstance(run, str) or hasattr(run, "run_id") else list(run)
    return run_ids_of(named, home, is_read=True)


def _plain(params: Sequence[Any] | Mapping[str, Any]) -> Any:
    def value(given: Any) -> Any:
        return given.item() if isinstance(given, np.generic) else given

    if isinstance(params, Mapping):
        return {name: value(given) for name, given in params.items()}
    return [value(given) for given in params]


def fill_tables(engine: duckdb.DuckDBPyConnection, home: Path, words: set[str], run_ids: list[str] | None) -> None:
    """Makes the tables. The rows of a kind are fetched only when its name stands in the question."""
    with history_of(home) as daemon:
        known = describe(daemon, run_ids or ()) if run_ids is None or run_ids else []
        engine.register("runs", _runs_table(known))
        engine.register("config", config_table((run.run_id, run.config_json) for run in known))
        wants_ledger = not words.isdisjoint(LEDGER_SCHEMAS)
        for name, table in ledger_tables(daemon, [run.run_id for run in known] if wants_ledger else []).items():
            engine.register(name, table)
        for kind, number in KINDS.items():
            with_rows = [run.run_id for run in known if any(s.kind == number and s.watermark for s in run.kinds)]
            _fill_kind(engine, daemon, kind, number, with_rows if kind in words else [])


def _fill_kind(
    engine: duckdb.DuckDBPyConnection, daemon: DuallaneServiceStub, kind: str, number: int, run_ids: list[str]
) -> None:
    schema = plain_schema(kind)
    paths: list[str] = []
    tails = [schema.empty_table()]
    for run_id in run_ids:
        sealed, tail = parts_and_tail(daemon, run_id, kind, number)
        paths += sealed
        tails.append(tail)
    tail = pa.concat_tables(tails)
    if not paths:
        engine.register(kind, tail)
        return
    engine.register(f"_{kind}_parts", pads.dataset(paths, schema=schema, format="parquet"))
    engine.register(f"_{kind}_tail", tail)
    engine.execute(f"CREATE VIEW {kind} AS FROM _{kind}_parts UNION ALL FROM _{kind}_tail")


def _runs_table(known: list[pb.RunDescription]) -> pa.Table:
    rows = [
        {
            "run_id": run.run_id,
            "name": run.name,
            "status": run.status,
            "outcome": run.outcome,
            "failure_reason": run.failure_reason,
            "config_json": run.config_json,
            "digest": run.digest,
            "created_at": time_of(run, "created_at"),
            "updated_at": time_of(run, "updated_at"),
            "finished_at": time_of(run, "finished_at"),
            **{name: getattr(run.totals, name) for name in COUNTERS},
            "removed": run.removed_rows,
            "kept": run.kept,
        }
        for run in known
    ]
    return pa.Table.from_pylist(rows, schema=RUNS_SCHEMA)
