"""What the daemon knows of runs, for Python: the list of runs, their parts on disk and their tails.

Everything comes from the daemon's own calls; parts of this host are read by the paths it names, and never written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ._contract import duallane_pb2 as pb
from ._contract import limits
from ._contract.arrow_schemas import ARROW_SCHEMAS
from .daemon_calls import (
    Channel,
    DuallaneServiceStub,
    RpcError,
    connect,
    duallane_code,
    is_unimplemented,
    rpc_sentence,
)
from .errors import DuallaneError
from .home import ensure_daemon, resolve_home

_DEADLINE_SECONDS = limits.UNARY_DEADLINE_MS / 1000
_SNAPSHOT_SECONDS = 120.0


def plain_schema(kind: str) -> pa.Schema:
    """A kind's stored columns with text instead of dictionaries, all nullable: one form for all rows."""
    return pa.schema([(f.name, pa.utf8() if pa.types.is_dictionary(f.type) else f.type) for f in ARROW_SCHEMAS[kind]])


@dataclass(frozen=True)
class RunSummary:
    """A run as the catalogue has it.

    status: INIT, HSHK, RDY, EXEC, PAUSE, FAULT or TERM. outcome: succeeded, failed, canceled, "" while it lives.
    Times are UTC without zone; archived_at is None unless it is out of the usual lists.
    steps, episodes, metrics, events: durable rows of each kind. received to violations: the
    ledger's counters, in rows. removed: rows that retention let go of. kept: what is kept of the run's rows, in words.
    """

    run_id: str
    name: str
    status: str
    outcome: str
    failure_reason: str
    config: dict[str, Any]
    digest: str
    created_at: datetime | None
    updated_at: datetime | None
    finished_at: datetime | None
    archived_at: datetime | None
    steps: int
    episodes: int
    metrics: int
    events: int
    received: int
    durable: int
    repeated: int
    duplicate: int
    late: int
    rejected: int
    thinned: int
    violations: int
    removed: int
    kept: str


@contextmanager
def channel_of(home: Path | str | None) -> Iterator[Channel]:
    """A channel to the daemon; RPC failures come out as DuallaneError with the daemon's sentence."""
    try:
        with connect(ensure_daemon(resolve_home(home))) as channel:
            yield channel
    except RpcError as error:
        raise DuallaneError(duallane_code(error) or "daemon-refused", rpc_sentence(error)) from error


@contextmanager
def history_of(home: Path | str | None) -> Iterator[DuallaneServiceStub]:
    """The daemon's calls about runs and their history; failures as `channel_of`'s."""
    with channel_of(home) as channel:
        yield DuallaneServiceStub(channel)


def runs(home: Path | str | None = None, *, archived: bool = False) -> list[RunSummary]:
    """The runs of a home directory, the newest first; with `archived` those put out of the usual lists too.

    Raises DuallaneError when no daemon can be reached or started.
    """
    with history_of(home) as daemon:
        descriptions = describe(daemon)
    known = [_summary(run) for run in descriptions if archived or not run.HasField("archived_at")]
    return sorted(known, key=lambda run: run.created_at or datetime.min, reverse=True)


def describe(daemon: DuallaneServiceStub, run_ids: Iterable[str] = ()) -> list[pb.RunDescription]:
    """What the catalogue has of these runs; none named: of all."""
    return list(daemon.DescribeRuns(pb.DescribeRunsRequest(run_ids=list(run_ids)), timeout=_DEADLINE_SECONDS).runs)


def named_runs(text: str, known: Iterable[pb.RunDescription]) -> list[pb.RunDescription]:
    """What a text names: the run with that id, else all with that name, the newest first."""
    named = [run for run in known if run.run_id == text] or [run for run in known if run.name == text]
    return sorted(named, key=lambda run: (run.created_at.seconds, run.created_at.nanos), reverse=True)


def all_runs(home: Path | str | None) -> list[pb.RunDescription]:
    """What the catalogue has, archived runs too. Raises DuallaneError, as `channel_of`."""
    with history_of(home) as daemon:
        return describe(daemon)


def run_id_of(run: Any, home: Path | str | None, *, is_read: bool = False) -> str:
    """The id of a run that is there: of a Run or one of duallane.runs(), an id, or a name.

    Of several runs of one name, whoever only reads takes the newest; what is done to a run wants a name of one alone.
    Raises DuallaneError: "run-unknown", "run-ambiguous", and the errors of reaching the daemon.
    """
    return run_ids_of([run], home, is_read=is_read)[0]


def run_ids_of(runs: Sequence[Any], home: Path | str | None, *, is_read: bool = False) -> list[str]:
    """The same of several; the daemon is asked once, and only about texts."""
    try:
        known = all_runs(home) if any(isinstance(run, str) for run in runs) else []
    except DuallaneError as error:
        if isinstance(error.__cause__, RpcError) and is_unimplemented(error.__cause__):
            return [getattr(run, "run_id", run) for run in runs]  # the source's daemon knows no names
        raise
    return [_run_id(run, known, is_read) for run in runs]


def _run_id(run: Any, known: list[pb.RunDescription], is_read: bool) -> str:
    if not isinstance(run, str):
        run_id = getattr(run, "run_id", None)
        if not isinstance(run_id, str):
            raise DuallaneError("run-unknown", f"Give a Run, a run's id or its name; not {type(run).__name__}.")
        return run_id
    named = named_runs(run, known)
    if not named:
        raise unknown_run(run)
    if len(named) > 1 and not is_read:
        ids = ", ".join(found.run_id for found in named[:5])
        raise DuallaneError(
            "run-ambiguous", f"{len(named)} runs are called {run!r} ({ids}): give the id of one of them."
        )
    return named[0].run_id


def unknown_run(run: str) -> DuallaneError:
    return DuallaneError("run-unknown", f"There is no run with the id or name {run!r}. `duallane.runs()` lists them.")


def time_of(message: Any, name: str) -> datetime | None:
    """A Timestamp field as datetime in UTC without zone; None when it is not set."""
    return getattr(message, name).ToDatetime() if message.HasField(name) else None


def _summary(run: pb.RunDescription) -> RunSummary:
    rows = {state.kind: state.watermark for state in run.kinds}
    totals = run.totals
    return RunSummary(
        run_id=run.run_id,
        name=run.name,
        status=run.status,
        outcome=run.outcome,
        failure_reason=run.failure_reason,
        config=_config_of(run.config_json),
        digest=run.digest,
        created_at=time_of(run, "created_at"),
        updated_at=time_of(run, "updated_at"),
        finished_at=time_of(run, "finished_at"),
        archived_at=time_of(run, "archived_at"),
        steps=rows.get(pb.BATCH_KIND_STEPS, 0),
        episodes=rows.get(pb.BATCH_KIND_EPISODES, 0),
        metrics=rows.get(pb.BATCH_KIND_METRICS, 0),
        events=rows.get(pb.BATCH_KIND_EVENTS, 0),
        received=totals.received,
        durable=totals.durable,
        repeated=totals.repeated,
        duplicate=totals.duplicate,
        late=totals.late,
        rejected=totals.rejected,
        thinned=totals.thinned,
        violations=totals.violations,
        removed=run.removed_rows,
        kept=run.kept,
    )


def _config_of(text: str) -> dict[str, Any]:
    try:
        config = json.loads(text or "{}")
    except ValueError:
        return {}
    return config if isinstance(config, dict) else {}


def parts_and_tail(daemon: DuallaneServiceStub, run_id: str, kind: str, number: int) -> tuple[list[str], pa.Table]:
    """All durable rows of one kind of one run: the paths of its sealed parts, and the other rows.

    number: the kind's BatchKind. What is behind the parts is a snapshot that begins where the listed parts end, so no
    row is in both and none is missing, whatever is sealed meanwhile.
    """
    listed = daemon.ListParts(pb.ListPartsRequest(run_id=run_id, kinds=[number]), timeout=_DEADLINE_SECONDS)
    state = next((state for state in listed.kinds if state.kind == number), pb.KindState())
    sealed = [part for part in listed.parts if part.kind == number]
    paths = [part.path for part in sealed if part.path]
    schema = plain_schema(kind)
    # A run that is kept in SQLite has parts without a file of their own: the daemon makes Parquet of them.
    sent = [_part_rows(daemon, part.name, schema) for part in sealed if not part.path]
    if state.watermark <= state.sealed_seq:
        return paths, pa.concat_tables(sent) if sent else schema.empty_table()
    request = pb.StreamBatchesRequest(
        run_id=run_id, cursors=[pb.KindCursor(kind=number, since_seq=state.sealed_seq)], snapshot=True
    )
    batches = [
        numbered_rows(batch, schema)
        for batch in daemon.StreamBatches(request, timeout=_SNAPSHOT_SECONDS)
        if batch.rows > 0
    ]
    return paths, pa.concat_tables([*sent, *batches, schema.empty_table()])


def _part_rows(daemon: DuallaneServiceStub, name: str, schema: pa.Schema) -> pa.Table:
    chunks = daemon.ReadPart(pb.ReadPartRequest(name=name), timeout=_SNAPSHOT_SECONDS)
    table = pq.read_table(pa.BufferReader(b"".join(chunk.bytes for chunk in chunks)))
    return table.select(schema.names).cast(schema)


def numbered_rows(batch: pb.Batch, schema: pa.Schema) -> pa.Table:
    """A streamed batch with the daemon's columns: seq_id = first_seq + row, run_id, and worker_id unless it has one."""
    rows = pa.ipc.open_stream(batch.arrow_ipc).read_all()
    columns = []
    for field in schema:
        if field.name in rows.column_names:
            columns.append(rows.column(field.name).cast(field.type))
        elif field.name == "seq_id":
            columns.append(pa.array(range(batch.first_seq, batch.first_seq + rows.num_rows), pa.int64()))
        else:
            value = batch.run_id if field.name == "run_id" else batch.worker_id
            columns.append(pa.repeat(pa.scalar(value, pa.utf8()), rows.num_rows))
    return pa.Table.from_arrays(columns, schema=schema)
