"""A run's kept rows in Python: `duallane.history(run).episodes`, as Arrow, pandas or Polars, read when it is asked for.

    past = duallane.history(run)
    past.episodes.pandas()                              # a DataFrame
    past.steps.arrow(columns=["step_index", "reward"])  # only these columns are read
    for batch in past.steps.batches(): ...              # any number of rows in little memory

Every call sees what is durable when it is made, and what open runs of this process had logged by then. Parts on disk
are read with Arrow's own Parquet reader; nothing passes through SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as pads

from .catalogue import history_of, parts_and_tail, plain_schema, run_id_of
from .errors import DuallaneError
from .home import resolve_home
from .recorder import KINDS
from .run import Run, flush_open_runs

if TYPE_CHECKING:
    import pandas
    import polars


class HistoryTable:
    """Rows of one kind of one run. Nothing is read before a method is called."""

    def __init__(self, home: Path, run_id: str, kind: str) -> None:
        self._home = home
        self.run_id = run_id
        self.kind = kind

    @property
    def schema(self) -> pa.Schema:
        """Column names and Arrow types: those of the SQL table of the same name."""
        return plain_schema(self.kind)

    def arrow(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All durable rows in the order of seq_id; only `columns`, when they are named.

        Raises DuallaneError: "column-unknown", and those of reaching the daemon.
        """
        return self._dataset(columns).to_table(columns=list(columns) if columns is not None else None)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The same rows, a batch at a time."""
        yield from self._dataset(columns).to_batches(columns=list(columns) if columns is not None else None)

    def pandas(self, columns: Sequence[str] | None = None) -> pandas.DataFrame:
        """As a pandas DataFrame. Integers and texts keep Arrow's types: what may be missing becomes no float."""
        import pandas as pd

        def exact(kind: pa.DataType) -> Any:
            plain = pa.types.is_floating(kind) or pa.types.is_boolean(kind) or pa.types.is_timestamp(kind)
            return None if plain else pd.ArrowDtype(kind)

        return self.arrow(columns).to_pandas(types_mapper=exact)

    def polars(self, columns: Sequence[str] | None = None) -> polars.DataFrame:
        """As a Polars DataFrame. Raises DuallaneError "polars-missing" when Polars is not installed."""
        return polars_of(self.arrow(columns))

    def __len__(self) -> int:
        """Durable rows. Reads no row of a part."""
        return self._dataset(None).count_rows()

    def __repr__(self) -> str:
        return f"<{self.kind} of run {self.run_id}: .arrow(), .pandas(), .polars(), .batches()>"

    def _dataset(self, columns: Sequence[str] | None) -> pads.Dataset:
        unknown = [name for name in columns or () if name not in self.schema.names]
        if unknown:
            raise DuallaneError(
                "column-unknown",
                f"{self.kind} has no column {unknown[0]!r}. It has {', '.join(self.schema.names)}.",
            )
        flush_open_runs(self._home)
        with history_of(self._home) as daemon:
            paths, tail = parts_and_tail(daemon, self.run_id, self.kind, KINDS[self.kind])
        parts = [pads.dataset(paths, schema=self.schema, format="parquet")] if paths else []
        return pads.dataset([*parts, pads.dataset(tail)])


class RunHistory:
    """What is kept of one run: the tables episodes, steps, metrics and events."""

    def __init__(self, home: Path, run_id: str) -> None:
        self.run_id = run_id
        self._home = home

    @cached_property
    def episodes(self) -> HistoryTable:
        """One row per episode."""
        return HistoryTable(self._home, self.run_id, "episodes")

    @cached_property
    def steps(self) -> HistoryTable:
        """One row per step of an environment."""
        return HistoryTable(self._home, self.run_id, "steps")

    @cached_property
    def metrics(self) -> HistoryTable:
        """Every value that was logged by a name."""
        return HistoryTable(self._home, self.run_id, "metrics")

    @cached_property
    def events(self) -> HistoryTable:
        """What happened besides: starts, ends, checkpoints, gaps."""
        return HistoryTable(self._home, self.run_id, "events")

    def __repr__(self) -> str:
        return f"<history of run {self.run_id}: .episodes, .steps, .metrics, .events>"


def history(run: Run | str | Any, *, home: Path | str | None = None) -> RunHistory:
    """The kept rows of a run: a Run or one of duallane.runs(), a run id, or a name (the newest run of that name).

    home: where to look, when the run does not say it itself.
    Raises DuallaneError: "run-unknown" for what names no run, and those of reaching the daemon.
    """
    place = run.home if isinstance(run, Run) and home is None else resolve_home(home)
    return RunHistory(place, run_id_of(run, place, is_read=True))


def polars_of(rows: pa.Table) -> polars.DataFrame:
    """Arrow rows as a Polars DataFrame. Raises DuallaneError "polars-missing" when Polars is not installed."""
    try:
        from polars import DataFrame
    except ImportError as error:
        raise DuallaneError("polars-missing", "Polars is not installed here: `pip install polars`.") from error
    return DataFrame(rows)
