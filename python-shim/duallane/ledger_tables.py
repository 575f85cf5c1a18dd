"""The ledger of runs as tables for SQL: the same names, columns and types as in the page's SQL cell."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from ._contract import duallane_pb2 as pb
from ._contract import limits
from .catalogue import time_of
from .daemon_calls import DuallaneServiceStub
from .recorder import KINDS

COUNTERS = ("received", "durable", "repeated", "duplicate", "late", "rejected", "thinned", "violations")
_VIEW_COUNTERS = ("published", "delivered", "shown", "skipped", "thinned", "overflowed", "starvations")
_DEADLINE_SECONDS = limits.UNARY_DEADLINE_MS / 1000
_KIND_NAMES = {number: name for name, number in KINDS.items()}

LEDGER_SCHEMAS = {
    "ledger": pa.schema(
        [
            *((name, pa.utf8()) for name in ("run_id", "worker_id", "agent_id")),
            *((name, pa.int64()) for name in COUNTERS),
        ]
    ),
    "ledger_gaps": pa.schema(
        [
            ("run_id", pa.utf8()),
            ("kind", pa.utf8()),
            *((name, pa.int64()) for name in ("first_seq", "last_seq", "rows")),
            ("cause", pa.utf8()),
            ("reason", pa.utf8()),
            ("removed_at", pa.timestamp("us")),
        ]
    ),
    "ledger_views": pa.schema(
        [
            *((name, pa.utf8()) for name in ("run_id", "view", "kind")),
            ("open", pa.bool_()),
            *((name, pa.int64()) for name in _VIEW_COUNTERS),
        ]
    ),
}


def ledger_tables(daemon: DuallaneServiceStub, run_ids: Iterable[str]) -> dict[str, pa.Table]:
    """What was counted of each worker and agent, which numbers are missing and why, and what each view was shown.

    ledger_gaps.cause: "lost" (the rows cannot be read) or "removed" (retention let go of them, for `reason`).
    """
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in LEDGER_SCHEMAS}
    for run_id in run_ids:
        ledger = daemon.Ledger(pb.LedgerRequest(run_id=run_id), timeout=_DEADLINE_SECONDS)
        rows["ledger"] += [_named(run_id, entry, ("worker_id", "agent_id", *COUNTERS)) for entry in ledger.entries]
        rows["ledger_gaps"] += [_gap(run_id, gap) for gap in ledger.gaps]
        rows["ledger_gaps"] += [_removal(run_id, removal) for removal in ledger.removed]
        rows["ledger_views"] += [
            {**_named(run_id, view, ("view", "open", *_VIEW_COUNTERS)), "kind": _KIND_NAMES.get(view.kind)}
            for view in ledger.views
        ]
    return {name: pa.Table.from_pylist(rows[name], schema=schema) for name, schema in LEDGER_SCHEMAS.items()}


def _named(run_id: str, message: object, fields: Iterable[str]) -> dict[str, object]:
    return {"run_id": run_id, **{name: getattr(message, name) for name in fields}}


def _gap(run_id: str, gap: pb.LedgerGap) -> dict[str, object]:
    return {
        **_named(run_id, gap, ("first_seq", "last_seq")),
        "kind": _KIND_NAMES.get(gap.kind),
        "rows": gap.last_seq - gap.first_seq + 1,
        "cause": "lost",
        "reason": "",
    }


def _removal(run_id: str, removal: pb.LedgerRemoval) -> dict[str, object]:
    return {
        **_named(run_id, removal, ("first_seq", "last_seq", "rows", "reason")),
        "kind": _KIND_NAMES.get(removal.kind),
        "cause": "removed",
        "removed_at": time_of(removal, "at"),
    }
