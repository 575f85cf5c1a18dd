"""Native DuckDB with a question's tables and nothing else: what `duallane.sql` and the engine beside the bridge share.

Guarantees
- The engine is in memory, sees only the tables it was given and the views over them, and has no way to a file, the
  network, or a variable of the caller; its settings are locked before a question is read.
- One statement that reads, or DuallaneError "sql-refused".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from ._contract.sql_views import SQL_VIEWS
from .errors import DuallaneError
from .named_questions import UsedQuestion

_CLOSED = {
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
}
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
_PIVOT = re.compile(r"(?:\s|\(|--[^\n]*\n)*(?:pivot|from|with|select)\b", re.IGNORECASE)
_CONFIG_SCHEMA = pa.schema([(name, pa.utf8()) for name in ("run_id", "key", "value")])
_DEEPEST = 20

Fill = Callable[[duckdb.DuckDBPyConnection, set[str]], None]
"""Registers the tables (runs, config, episodes, …, the ledger); given the names of those that are read."""


@contextmanager
def closed_engine(
    question: str, fill: Fill, used: Sequence[UsedQuestion] = (), variables: Mapping[str, Any] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked engine with the tables that `question` may read, and the named questions that it uses.

    Raises DuallaneError: "sql-refused", "sql-failed" with the engine's words.
    """
    with duckdb.connect(config=_CLOSED) as engine:
        texts = [question, *(named.text for named in used)]
        for text in texts:
            refuse_what_does_not_read(engine, text)
        fill(engine, tables_in(" ".join(texts)))
        for name, (_, select) in SQL_VIEWS.items():
            engine.execute(f"CREATE VIEW {name} AS {select}")
        for name, value in [*(variables or {}).items(), *(pair for named in used for pair in named.variables.items())]:
            engine.execute(f"SET VARIABLE {_quoted(name)} = (SELECT ?)", [value])
        # A question of more than two seconds would draw it on standard output.
        engine.execute("SET enable_progress_bar = false")
        engine.execute("SET enable_external_access = false")
        engine.execute("SET lock_configuration = true")
        try:
            for named in used:
                engine.execute(f"CREATE VIEW {_quoted(named.name)} AS {named.text.rstrip().rstrip(';')}")
            yield engine
        except duckdb.Error as error:
            raise DuallaneError("sql-failed", str(error)) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def tables_in(text: str) -> set[str]:
    """The words of a text, in lower case, with the tables that the views named in it are made of."""
    words = set(re.findall(r"\w+", text.lower()))
    return words | {table for name, (reads, _) in SQL_VIEWS.items() if name in words for table in reads}


def refuse_what_does_not_read(engine: duckdb.DuckDBPyConnection, text: str) -> None:
    """Raises DuallaneError "sql-refused" unless the text is one statement that only reads."""
    try:
        statements = engine.extract_statements(text)
    except duckdb.Error as error:
        raise DuallaneError("sql-failed", str(error)) from error
    if not statements:
        raise DuallaneError("sql-refused", "There is no question yet. Write one, for example: SELECT * FROM runs")
    if len(statements) > 1:
        raise DuallaneError(
            "sql-refused", "One question at a time: remove what follows the semicolon, or ask it apart."
        )
    # A PIVOT over values that are yet to be found is two statements inside: it looks for them first.
    is_pivot = statements[0].type == duckdb.StatementType.MULTI and _PIVOT.match(text) is not None
    if statements[0].type not in _READING and not is_pivot:
        verb = statements[0].type.name.replace("_", " ")
        raise DuallaneError(
            "sql-refused",
            f"{verb} is not possible here. The history is kept as it was recorded: begin with SELECT, FROM or WITH.",
        )


def config_table(configs: Iterable[tuple[str, str]]) -> pa.Table:
    """The table `config` of (run id, config_json): a row for each value, nested keys joined by dots.

    Texts as they are, anything else as its JSON, numbers with the digits they were written with. A text that is no
    JSON object has no rows.
    """
    rows = [
        {"run_id": run_id, "key": key, "value": value}
        for run_id, text in configs
        for key, value in _values(_read(text), "", 0)
    ]
    return pa.Table.from_pylist(rows, schema=_CONFIG_SCHEMA)


class _Written(str):
    """A number as it stands in the text."""


def _read(text: str) -> dict[str, Any]:
    def no_constant(word: str) -> None:
        raise ValueError(word)

    try:
        read = json.loads(text, parse_int=_Written, parse_float=_Written, parse_constant=no_constant)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _values(config: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, value in config.items():
        key = prefix + name
        if isinstance(value, dict) and value and depth < _DEEPEST:
            yield from _values(value, f"{key}.", depth + 1)
        else:
            yield key, value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, _Written):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{_json(key)}:{_json(inner)}' for key, inner in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
