"""What the training loop writes to: rows in memory, turned into Arrow batches by a thread behind it.

Guarantees
- `steps.append` is all the loop pays; the thread takes rows at 4,096 or after 100 ms, whichever comes first.
- Memory stays bounded: a loop that outruns the thread by PENDING_BYTES makes the oldest batch itself.
- Nothing here raises into the loop for what a row holds.
Rows are lists that one side appends to and the other cuts from the front (`rows[:n]`, then `del rows[:n]`): each is one
atomic operation, so the loop takes no lock.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from . import settings
from ._contract import duallane_pb2 as pb
from .arrow_batches import ENCODERS, Oddities
from .publisher import Publisher

log = logging.getLogger("duallane")
KINDS = {
    "steps": pb.BATCH_KIND_STEPS,
    "episodes": pb.BATCH_KIND_EPISODES,
    "metrics": pb.BATCH_KIND_METRICS,
    "events": pb.BATCH_KIND_EVENTS,
}
_ODDITIES_EVERY_SECONDS = 2.0


class Recorder:
    """Rows of one run on their way to its publisher."""

    def __init__(self, publisher: Publisher, agent: str) -> None:
        self.steps: list[tuple[Any, ...]] = []
        self.episodes: list[dict[str, Any]] = []
        self.metrics: list[tuple[Any, ...]] = []
        self.events: list[tuple[Any, ...]] = []
        self.odd = Oddities()
        self.recorded = dict.fromkeys(KINDS, 0)
        self._publisher = publisher
        self._agent = agent
        self._pending_rows_max = settings.PENDING_ROWS_MAX
        self._encoding = threading.Lock()
        self._wake = threading.Event()
        self._is_stopped = False
        self._oddities_told = 0.0
        self._thread = threading.Thread(target=self._work, name="duallane-recorder", daemon=True)
        self._thread.start()

    def behind(self) -> None:
        """The loop sees a full block: wakes the thread, and helps when it is far behind."""
        self._wake.set()
        if len(self.steps) > self._pending_rows_max:
            self._drain("steps", once=True)

    def flush(self) -> None:
        """Turns every row there is into batches, now, in the caller's thread; events last."""
        for kind in KINDS:
            self._drain(kind)
        self._tell_oddities()

    def close(self, last_event: tuple[Any, ...]) -> None:
        """Ends the thread and turns what is left into batches, `last_event` last. Later rows go nowhere useful."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join()
        self.flush()
        self.events.append(last_event)
        self.flush()

    def fall_silent(self, nowhere: type[list[Any]]) -> None:
        """In a forked child, which has no thread: rows are not kept."""
        self.steps, self.episodes, self.metrics, self.events = nowhere(), nowhere(), nowhere(), nowhere()

    def _work(self) -> None:
        while not self._is_stopped:
            self._wake.wait(settings.BLOCK_SECONDS)
            self._wake.clear()
            try:
                self.flush()
            except Exception:  # a defect of ours must not end the recording; the rows cut are lost and counted
                log.exception("A batch of rows could not be made.")

    def _drain(self, kind: str, once: bool = False) -> None:
        rows: list[Any] = getattr(self, kind)
        while rows:
            with self._encoding:
                block = rows[: settings.BLOCK_ROWS]
                del rows[: len(block)]
                if block:
                    self._encode(kind, block)
            if once:
                return

    def _encode(self, kind: str, block: list[Any]) -> None:
        try:
            ipc = ENCODERS[kind](block, self._agent, self.odd)
        except Exception as error:
            if len(block) == 1:
                self._publisher.count_lost(1)
                self.odd.note(f"a row of {kind} could not be stored: {error}")
                log.warning("A row of %s could not be stored: %s", kind, error)
                return
            ipc = b""
        is_misfit = not ipc or len(ipc) > settings.BATCH_BYTES_MAX
        if is_misfit and len(block) > 1:
            middle = len(block) // 2
            self._encode(kind, block[:middle])
            self._encode(kind, block[middle:])
            return
        if kind == "steps":
            self._pending_rows_max = max(
                settings.BLOCK_ROWS,
                min(settings.PENDING_ROWS_MAX, settings.PENDING_BYTES * len(block) // len(ipc)),
            )
        if self._publisher.append(KINDS[kind], len(block), ipc):
            self.recorded[kind] += len(block)

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
        detail = {"count": count, "samples": samples, "agent_id": self._agent}
        self.events.append((time.time_ns(), "rejected_lines", detail))
        self._drain("events")
