import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BatchKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BATCH_KIND_UNSPECIFIED: _ClassVar[BatchKind]
    BATCH_KIND_STEPS: _ClassVar[BatchKind]
    BATCH_KIND_EPISODES: _ClassVar[BatchKind]
    BATCH_KIND_METRICS: _ClassVar[BatchKind]
    BATCH_KIND_EVENTS: _ClassVar[BatchKind]
BATCH_KIND_UNSPECIFIED: BatchKind
BATCH_KIND_STEPS: BatchKind
BATCH_KIND_EPISODES: BatchKind
BATCH_KIND_METRICS: BatchKind
BATCH_KIND_EVENTS: BatchKind

class OpenRunRequest(_message.Message):
    __slots__ = ("run_name", "config_json", "run_id")
    RUN_NAME_FIELD_NUMBER: _ClassVar[int]
    CONFIG_JSON_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_name: str
    config_json: str
    run_id: str
    def __init__(self, run_name: _Optional[str] = ..., config_json: _Optional[str] = ..., run_id: _Optional[str] = ...) -> None: ...

class OpenRunResponse(_message.Message):
    __slots__ = ("run_id", "session_token")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    session_token: str
    def __init__(self, run_id: _Optional[str] = ..., session_token: _Optional[str] = ...) -> None: ...

class Batch(_message.Message):
    __slots__ = ("run_id", "worker_id", "writer_session", "batch_sequence", "kind", "rows", "arrow_ipc", "first_seq", "watermark")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    WRITER_SESSION_FIELD_NUMBER: _ClassVar[int]
    BATCH_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    ARROW_IPC_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQ_FIELD_NUMBER: _ClassVar[int]
    WATERMARK_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    worker_id: str
    writer_session: bytes
    batch_sequence: int
    kind: BatchKind
    rows: int
    arrow_ipc: bytes
    first_seq: int
    watermark: int
    def __init__(self, run_id: _Optional[str] = ..., worker_id: _Optional[str] = ..., writer_session: _Optional[bytes] = ..., batch_sequence: _Optional[int] = ..., kind: _Optional[_Union[BatchKind, str]] = ..., rows: _Optional[int] = ..., arrow_ipc: _Optional[bytes] = ..., first_seq: _Optional[int] = ..., watermark: _Optional[int] = ...) -> None: ...

class BatchAck(_message.Message):
    __slots__ = ("run_id", "worker_id", "writer_session", "batch_sequence", "rejected_rows", "unfollowed")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    WRITER_SESSION_FIELD_NUMBER: _ClassVar[int]
    BATCH_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_ROWS_FIELD_NUMBER: _ClassVar[int]
    UNFOLLOWED_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    worker_id: str
    writer_session: bytes
    batch_sequence: int
    rejected_rows: int
    unfollowed: bool
    def __init__(self, run_id: _Optional[str] = ..., worker_id: _Optional[str] = ..., writer_session: _Optional[bytes] = ..., batch_sequence: _Optional[int] = ..., rejected_rows: _Optional[int] = ..., unfollowed: _Optional[bool] = ...) -> None: ...

class KindCursor(_message.Message):
    __slots__ = ("kind", "since_seq")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SINCE_SEQ_FIELD_NUMBER: _ClassVar[int]
    kind: BatchKind
    since_seq: int
    def __init__(self, kind: _Optional[_Union[BatchKind, str]] = ..., since_seq: _Optional[int] = ...) -> None: ...

class StreamBatchesRequest(_message.Message):
    __slots__ = ("run_id", "cursors", "snapshot")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    cursors: _containers.RepeatedCompositeFieldContainer[KindCursor]
    snapshot: bool
    def __init__(self, run_id: _Optional[str] = ..., cursors: _Optional[_Iterable[_Union[KindCursor, _Mapping]]] = ..., snapshot: _Optional[bool] = ...) -> None: ...

class ListPartsRequest(_message.Message):
    __slots__ = ("run_id", "kinds")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    kinds: _containers.RepeatedScalarFieldContainer[BatchKind]
    def __init__(self, run_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[BatchKind, str]]] = ...) -> None: ...

class Part(_message.Message):
    __slots__ = ("name", "kind", "first_seq", "last_seq", "rows", "bytes", "path")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQ_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: BatchKind
    first_seq: int
    last_seq: int
    rows: int
    bytes: int
    path: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[BatchKind, str]] = ..., first_seq: _Optional[int] = ..., last_seq: _Optional[int] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ..., path: _Optional[str] = ...) -> None: ...

class KindState(_message.Message):
    __slots__ = ("kind", "sealed_seq", "watermark")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEALED_SEQ_FIELD_NUMBER: _ClassVar[int]
    WATERMARK_FIELD_NUMBER: _ClassVar[int]
    kind: BatchKind
    sealed_seq: int
    watermark: int
    def __init__(self, kind: _Optional[_Union[BatchKind, str]] = ..., sealed_seq: _Optional[int] = ..., watermark: _Optional[int] = ...) -> None: ...

class ListPartsResponse(_message.Message):
    __slots__ = ("parts", "kinds")
    PARTS_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    parts: _containers.RepeatedCompositeFieldContainer[Part]
    kinds: _containers.RepeatedCompositeFieldContainer[KindState]
    def __init__(self, parts: _Optional[_Iterable[_Union[Part, _Mapping]]] = ..., kinds: _Optional[_Iterable[_Union[KindState, _Mapping]]] = ...) -> None: ...

class ReadPartRequest(_message.Message):
    __slots__ = ("name", "offset", "length")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    name: str
    offset: int
    length: int
    def __init__(self, name: _Optional[str] = ..., offset: _Optional[int] = ..., length: _Optional[int] = ...) -> None: ...

class ReadPartResponse(_message.Message):
    __slots__ = ("bytes",)
    BYTES_FIELD_NUMBER: _ClassVar[int]
    bytes: bytes
    def __init__(self, bytes: _Optional[bytes] = ...) -> None: ...

class DescribeRunsRequest(_message.Message):
    __slots__ = ("run_ids",)
    RUN_IDS_FIELD_NUMBER: _ClassVar[int]
    run_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, run_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class RunDescription(_message.Message):
    __slots__ = ("run_id", "name", "status", "outcome", "failure_reason", "config_json", "digest", "created_at", "updated_at", "finished_at", "totals", "kinds", "max_rate_hz", "archived_at", "workers", "kept", "removed_rows")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    FAILURE_REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIG_JSON_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    MAX_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_AT_FIELD_NUMBER: _ClassVar[int]
    WORKERS_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    REMOVED_ROWS_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    name: str
    status: str
    outcome: str
    failure_reason: str
    config_json: str
    digest: str
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    totals: LedgerEntry
    kinds: _containers.RepeatedCompositeFieldContainer[KindState]
    max_rate_hz: int
    archived_at: _timestamp_pb2.Timestamp
    workers: _containers.RepeatedCompositeFieldContainer[WorkerDescription]
    kept: str
    removed_rows: int
    def __init__(self, run_id: _Optional[str] = ..., name: _Optional[str] = ..., status: _Optional[str] = ..., outcome: _Optional[str] = ..., failure_reason: _Optional[str] = ..., config_json: _Optional[str] = ..., digest: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., totals: _Optional[_Union[LedgerEntry, _Mapping]] = ..., kinds: _Optional[_Iterable[_Union[KindState, _Mapping]]] = ..., max_rate_hz: _Optional[int] = ..., archived_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., workers: _Optional[_Iterable[_Union[WorkerDescription, _Mapping]]] = ..., kept: _Optional[str] = ..., removed_rows: _Optional[int] = ...) -> None: ...

class WorkerDescription(_message.Message):
    __slots__ = ("worker_id", "worker_kind", "registered", "outcome", "reason", "supports_pause", "exit_code", "stderr_tail")
    WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    WORKER_KIND_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SUPPORTS_PAUSE_FIELD_NUMBER: _ClassVar[int]
    EXIT_CODE_FIELD_NUMBER: _ClassVar[int]
    STDERR_TAIL_FIELD_NUMBER: _ClassVar[int]
    worker_id: str
    worker_kind: str
    registered: bool
    outcome: str
    reason: str
    supports_pause: bool
    exit_code: int
    stderr_tail: str
    def __init__(self, worker_id: _Optional[str] = ..., worker_kind: _Optional[str] = ..., registered: _Optional[bool] = ..., outcome: _Optional[str] = ..., reason: _Optional[str] = ..., supports_pause: _Optional[bool] = ..., exit_code: _Optional[int] = ..., stderr_tail: _Optional[str] = ...) -> None: ...

class DescribeRunsResponse(_message.Message):
    __slots__ = ("runs",)
    RUNS_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[RunDescription]
    def __init__(self, runs: _Optional[_Iterable[_Union[RunDescription, _Mapping]]] = ...) -> None: ...

class LedgerRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class LedgerEntry(_message.Message):
    __slots__ = ("worker_id", "agent_id", "received", "durable", "repeated", "duplicate", "late", "rejected", "rejected_samples", "thinned", "violations", "violation_samples")
    WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    THINNED_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    VIOLATION_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    worker_id: str
    agent_id: str
    received: int
    durable: int
    repeated: int
    duplicate: int
    late: int
    rejected: int
    rejected_samples: _containers.RepeatedScalarFieldContainer[str]
    thinned: int
    violations: int
    violation_samples: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, worker_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., received: _Optional[int] = ..., durable: _Optional[int] = ..., repeated: _Optional[int] = ..., duplicate: _Optional[int] = ..., late: _Optional[int] = ..., rejected: _Optional[int] = ..., rejected_samples: _Optional[_Iterable[str]] = ..., thinned: _Optional[int] = ..., violations: _Optional[int] = ..., violation_samples: _Optional[_Iterable[str]] = ...) -> None: ...

class LedgerGap(_message.Message):
    __slots__ = ("kind", "first_seq", "last_seq")
    KIND_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQ_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    kind: BatchKind
    first_seq: int
    last_seq: int
    def __init__(self, kind: _Optional[_Union[BatchKind, str]] = ..., first_seq: _Optional[int] = ..., last_seq: _Optional[int] = ...) -> None: ...

class LedgerResponse(_message.Message):
    __slots__ = ("entries", "totals", "gaps", "history", "kept", "views", "removed", "retention")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    GAPS_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    RETENTION_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[LedgerEntry]
    totals: LedgerEntry
    gaps: _containers.RepeatedCompositeFieldContainer[LedgerGap]
    history: str
    kept: str
    views: _containers.RepeatedCompositeFieldContainer[ViewReport]
    removed: _containers.RepeatedCompositeFieldContainer[LedgerRemoval]
    retention: str
    def __init__(self, entries: _Optional[_Iterable[_Union[LedgerEntry, _Mapping]]] = ..., totals: _Optional[_Union[LedgerEntry, _Mapping]] = ..., gaps: _Optional[_Iterable[_Union[LedgerGap, _Mapping]]] = ..., history: _Optional[str] = ..., kept: _Optional[str] = ..., views: _Optional[_Iterable[_Union[ViewReport, _Mapping]]] = ..., removed: _Optional[_Iterable[_Union[LedgerRemoval, _Mapping]]] = ..., retention: _Optional[str] = ...) -> None: ...

class LedgerRemoval(_message.Message):
    __slots__ = ("kind", "first_seq", "last_seq", "rows", "bytes", "at", "reason")
    KIND_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQ_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    kind: BatchKind
    first_seq: int
    last_seq: int
    rows: int
    bytes: int
    at: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, kind: _Optional[_Union[BatchKind, str]] = ..., first_seq: _Optional[int] = ..., last_seq: _Optional[int] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class ArchiveRunRequest(_message.Message):
    __slots__ = ("run_id", "restore")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    RESTORE_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    restore: bool
    def __init__(self, run_id: _Optional[str] = ..., restore: _Optional[bool] = ...) -> None: ...

class ArchiveRunResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeleteRunRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class DeleteRunResponse(_message.Message):
    __slots__ = ("rows", "bytes")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    rows: int
    bytes: int
    def __init__(self, rows: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class ConvertHistoryRequest(_message.Message):
    __slots__ = ("run_id", "history")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    history: str
    def __init__(self, run_id: _Optional[str] = ..., history: _Optional[str] = ...) -> None: ...

class CompactHistoryRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class HistoryMoved(_message.Message):
    __slots__ = ("parts", "rows", "bytes")
    PARTS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    parts: int
    rows: int
    bytes: int
    def __init__(self, parts: _Optional[int] = ..., rows: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class ListRecordingsRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class Recording(_message.Message):
    __slots__ = ("name", "agent_id", "env_slot", "episode_index", "seed", "steps", "total_reward", "terminated", "truncated", "reasons", "frames", "bytes", "recorded_at", "path", "jpeg_frames")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    ENV_SLOT_FIELD_NUMBER: _ClassVar[int]
    EPISODE_INDEX_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_REWARD_FIELD_NUMBER: _ClassVar[int]
    TERMINATED_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    JPEG_FRAMES_FIELD_NUMBER: _ClassVar[int]
    name: str
    agent_id: str
    env_slot: int
    episode_index: int
    seed: int
    steps: int
    total_reward: float
    terminated: bool
    truncated: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    frames: int
    bytes: int
    recorded_at: _timestamp_pb2.Timestamp
    path: str
    jpeg_frames: int
    def __init__(self, name: _Optional[str] = ..., agent_id: _Optional[str] = ..., env_slot: _Optional[int] = ..., episode_index: _Optional[int] = ..., seed: _Optional[int] = ..., steps: _Optional[int] = ..., total_reward: _Optional[float] = ..., terminated: _Optional[bool] = ..., truncated: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., frames: _Optional[int] = ..., bytes: _Optional[int] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., path: _Optional[str] = ..., jpeg_frames: _Optional[int] = ...) -> None: ...

class ListRecordingsResponse(_message.Message):
    __slots__ = ("recordings", "policy", "live", "budget_bytes", "used_bytes", "evicted", "passed", "failed")
    RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    BUDGET_BYTES_FIELD_NUMBER: _ClassVar[int]
    USED_BYTES_FIELD_NUMBER: _ClassVar[int]
    EVICTED_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    recordings: _containers.RepeatedCompositeFieldContainer[Recording]
    policy: str
    live: bool
    budget_bytes: int
    used_bytes: int
    evicted: int
    passed: int
    failed: int
    def __init__(self, recordings: _Optional[_Iterable[_Union[Recording, _Mapping]]] = ..., policy: _Optional[str] = ..., live: _Optional[bool] = ..., budget_bytes: _Optional[int] = ..., used_bytes: _Optional[int] = ..., evicted: _Optional[int] = ..., passed: _Optional[int] = ..., failed: _Optional[int] = ...) -> None: ...

class RecordNextRequest(_message.Message):
    __slots__ = ("run_id", "episodes")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    EPISODES_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    episodes: int
    def __init__(self, run_id: _Optional[str] = ..., episodes: _Optional[int] = ...) -> None: ...

class RecordNextResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MetricsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MetricsResponse(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class ViewReport(_message.Message):
    __slots__ = ("view", "run_id", "kind", "published", "delivered", "shown", "skipped", "thinned", "overflowed", "credits", "window", "starving", "starvations", "gaps", "open")
    VIEW_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    THINNED_FIELD_NUMBER: _ClassVar[int]
    OVERFLOWED_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    STARVING_FIELD_NUMBER: _ClassVar[int]
    STARVATIONS_FIELD_NUMBER: _ClassVar[int]
    GAPS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    view: str
    run_id: str
    kind: BatchKind
    published: int
    delivered: int
    shown: int
    skipped: int
    thinned: int
    overflowed: int
    credits: int
    window: int
    starving: bool
    starvations: int
    gaps: _containers.RepeatedCompositeFieldContainer[LedgerGap]
    open: bool
    def __init__(self, view: _Optional[str] = ..., run_id: _Optional[str] = ..., kind: _Optional[_Union[BatchKind, str]] = ..., published: _Optional[int] = ..., delivered: _Optional[int] = ..., shown: _Optional[int] = ..., skipped: _Optional[int] = ..., thinned: _Optional[int] = ..., overflowed: _Optional[int] = ..., credits: _Optional[int] = ..., window: _Optional[int] = ..., starving: _Optional[bool] = ..., starvations: _Optional[int] = ..., gaps: _Optional[_Iterable[_Union[LedgerGap, _Mapping]]] = ..., open: _Optional[bool] = ...) -> None: ...

class RingReport(_message.Message):
    __slots__ = ("run_id", "head", "shown", "publish_rate_hz", "reconnects", "skipped", "views")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    RECONNECTS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    head: int
    shown: int
    publish_rate_hz: float
    reconnects: int
    skipped: int
    views: int
    def __init__(self, run_id: _Optional[str] = ..., head: _Optional[int] = ..., shown: _Optional[int] = ..., publish_rate_hz: _Optional[float] = ..., reconnects: _Optional[int] = ..., skipped: _Optional[int] = ..., views: _Optional[int] = ...) -> None: ...

class BridgeReport(_message.Message):
    __slots__ = ("bridge_id", "pid", "version", "pages", "views", "rings", "reconnects", "rss_bytes")
    BRIDGE_ID_FIELD_NUMBER: _ClassVar[int]
    PID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    RINGS_FIELD_NUMBER: _ClassVar[int]
    RECONNECTS_FIELD_NUMBER: _ClassVar[int]
    RSS_BYTES_FIELD_NUMBER: _ClassVar[int]
    bridge_id: str
    pid: int
    version: str
    pages: int
    views: _containers.RepeatedCompositeFieldContainer[ViewReport]
    rings: _containers.RepeatedCompositeFieldContainer[RingReport]
    reconnects: int
    rss_bytes: int
    def __init__(self, bridge_id: _Optional[str] = ..., pid: _Optional[int] = ..., version: _Optional[str] = ..., pages: _Optional[int] = ..., views: _Optional[_Iterable[_Union[ViewReport, _Mapping]]] = ..., rings: _Optional[_Iterable[_Union[RingReport, _Mapping]]] = ..., reconnects: _Optional[int] = ..., rss_bytes: _Optional[int] = ...) -> None: ...

class BridgeReportResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
