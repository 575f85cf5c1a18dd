"""What the training loop writes to: tapes in memory, turned into Arrow batches by a thread behind it.

Guarantees
- Extending a tape is all the loop pays; the thread takes rows at 4,096 or after 100 ms, whichever comes first.
- Memory stays bounded: a loop that outruns the thread by PENDING_BYTES makes the oldest batch itself.
- Nothing here raises into the loop for what a row holds.
- Rows that come after the end are counted as lost, and said once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from . import settings
from ._contract import duallane_pb2 as pb
from .arrow_batches import ENCODERS, Encoder, ipc_stream
from .arrow_columns import Oddities
from .forking import unforked
from .publisher import Publisher
from .tapes import Tape

log = logging.getLogger("duallane")
KINDS = {
    "steps": pb.BATCH_KIND_STEPS,
    "episodes": pb.BATCH_KIND_EPISODES,
    "metrics": pb.BATCH_KIND_METRICS,
    "events": pb.BATCH_KIND_EVENTS,
}
_ODDITIES_EVERY_SECONDS = 2.0


class Recorder:
    """Rows of one run on their way to its publisher. agent: of the rows that name none."""

    def __init__(self, publisher: Publisher, agent: str) -> None:
        self.agent = agent
        self.odd = Oddities()
        self.steps, self.episodes, self.metrics, self.events = (
            Tape(kind, width, partial(_encoded, encode, agent)) for kind, (width, encode) in ENCODERS.items()
        )
        self._vectors: list[Tape] = []
        self._steps_of_ended_vectors = 0
        self._publisher = publisher
        self._encoding = threading.Lock()
        self._wake = threading.Event()
        self._is_stopped = False
        self._has_ended = False
        self._is_late_told = False
        self._oddities_told = 0.0
        publisher.on_followed = self._wake.set
        self._thread = threading.Thread(target=self._work, name="duallane-recorder", daemon=True)
        self._thread.start()

    def add(self, tape: Tape) -> None:
        """Another tape of steps, until it says that it is over."""
        self._vectors.append(tape)
        if self._has_ended:
            tape.end(self._count_late)

    @property
    def steps_logged(self) -> int:
        """Of all tapes, kept or not."""
        return self.steps.logged + self._steps_of_ended_vectors + sum(tape.logged for tape in self._vectors)

    @property
    def waiting_rows(self) -> int:
        """Rows that are in no batch yet."""
        return sum(tape.waiting_rows for tape in self._tapes())

    def behind(self, tape: Tape) -> None:
        """The loop sees a full block: wakes the thread, and helps when it is far behind."""
        if not self._wake.is_set():
            self._wake.set()
        if len(tape.entries) > tape.pending_items_max:
            self._drain(tape, once=True)

    def flush(self) -> None:
        """Turns every row there is into batches, now, in the caller's thread; events last."""
        for tape in self._tapes():
            if tape.entries:
                self._drain(tape)
            elif tape.is_over:
                self._retire(tape)
        with self._encoding:  # what another thread cut a moment ago
            pass
        self._tell_oddities()

    def close(self, last_event: tuple[Any, ...]) -> None:
        """Ends the thread and turns what is left into batches, `last_event` last. Later rows are lost."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join()
        self.flush()
        self.events.entries.extend(last_event)
        self.flush()
        self._has_ended = True
        for tape in self._tapes():
            tape.end(self._count_late)

    def fall_silent(self) -> None:
        """Rows are not kept any more: in a forked child, which has no thread."""
        for tape in self._tapes():
            tape.keep_nothing()

    def _count_late(self, rows: int) -> None:
        self._publisher.count_lost(rows)
        if not self._is_late_told:
            self._is_late_told = True
            log.warning(
                "Run %s has ended: what is logged to it now is kept nowhere. Log before run.close(), or before the end "
                "of its with block; for more, make a new duallane.Run.",
                self._publisher.run_id,
            )

    def _tapes(self) -> list[Tape]:
        return [self.steps, *self._vectors, self.episodes, self.metrics, self.events]

    def _work(self) -> None:
        with unforked():  # Arrow's first array imports pandas: half done, its lock would be nobody's in a child
            pa.array([0])
        while not self._is_stopped:
            self._wake.wait(self._pace())
            self._wake.clear()
            try:
                self.flush()
            except Exception:  # a defect of ours must not end the recording; the rows cut are lost and counted
                log.exception("A batch of rows could not be made.")

    def _pace(self) -> float:
        """Seconds until the next batches: soon for those who follow the run, seldom while nobody does."""
        is_followed = self._publisher.is_followed
        for tape in self._tapes():
            tape.fill(settings.BLOCK_ROWS if is_followed else settings.UNFOLLOWED_BLOCK_ROWS)
        return settings.BLOCK_SECONDS if is_followed else settings.UNFOLLOWED_BLOCK_SECONDS

    def _retire(self, tape: Tape) -> None:
        with self._encoding:
            if tape in self._vectors:
                self._vectors.remove(tape)
                self._steps_of_ended_vectors += tape.logged

    def _drain(self, tape: Tape, once: bool = False) -> None:
        """What is on the tape now: what comes meanwhile would be a tiny batch, and is the next one's."""
        items = 1 if once else len(tape.entries)
        while items > 0:
            with self._encoding:
                block = tape.cut()
                if block:
                    self._encode(tape, block)
            if not block:
                return
            items -= len(block)

    def _encode(self, tape: Tape, block: Sequence[Any]) -> None:
        try:
            batch = tape.encode(block, self.odd)
        except Exception as error:
            entries = len(block) // tape.width
            if entries > 1:
                middle = entries // 2 * tape.width
                self._encode(tape, block[:middle])
                self._encode(tape, block[middle:])
                return
            self._publisher.count_lost(tape.rows)
            self.odd.note(f"a row of {tape.kind} could not be stored: {error}")
            log.warning("A row of %s could not be stored: %s", tape.kind, error)
            return
        if batch.num_rows:
            self._publish(tape, batch)

    def _publish(self, tape: Tape, batch: pa.RecordBatch) -> None:
        ipc = ipc_stream(batch)
        if len(ipc) > settings.BATCH_BYTES_MAX and batch.num_rows > 1:
            middle = batch.num_rows // 2
            self._publish(tape, batch.slice(0, middle))
            self._publish(tape, batch.slice(middle))
            return
        tape.bound(batch.num_rows, len(ipc))
        self._publisher.append(KINDS[tape.kind], batch.num_rows, ipc)

    def _tell_oddities(self) -> None:
        now = time.monotonic()
        if not self.odd.count or (now - self._oddities_told < _ODDITIES_EVERY_SECONDS and not self._is_stopped):
            return
        if self._oddities_told == 0.0:
            log.warning(
                "Some values could not be stored as they came (%s). Their rows are kept; the run's ledger counts them.",
                self.odd.samples[0],
            )
        self._oddities_told = now
        count, samples = self.odd.take()
        detail = {"count": count, "samples": samples, "agent_id": self.agent}
        self.events.entries.extend((time.time_ns(), "rejected_lines", detail))
        self._drain(self.events)


def _encoded(encode: Encoder, agent: str, block: Sequence[Any], odd: Oddities) -> pa.RecordBatch:
    return encode(block, agent, odd)
