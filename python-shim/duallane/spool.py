"""Batches that are not acknowledged yet, in order: in memory up to a bound, behind it in files of the home directory.

Guarantees
- Batches leave in the order they came, with sequences from 1 without holes, and stay until their acknowledgement.
- Memory stays near the bound however long the daemon is away; what does not fit any more goes to disk.
- A spool directory is locked by its living writer. What a dead one left can be claimed and resent: the batch key
  (run, worker, session, sequence) makes that harmless.
- That batches go to disk is said once.
Failure modes
- A full disk: batches stay in memory up to twice the bound, then the newest are dropped and counted (`lost_rows`).
- A torn last record (the writer was killed): reading stops there.

File: records of [u32 LE length][u32 LE CRC-32][Batch, as protobuf], named after the first sequence in it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from . import settings
from ._contract import duallane_pb2 as pb
from .forking import let_go, own, unforked

log = logging.getLogger("duallane")
_RECORD = struct.Struct("<II")
_FILE_BYTES = 16 << 20
_SUFFIX = ".batches"


def write_batches(path: Path, batches: list[pb.Batch]) -> None:
    """Appends records to a file."""
    with path.open("ab") as file:
        for batch in batches:
            record = batch.SerializeToString()
            file.write(_RECORD.pack(len(record), zlib.crc32(record)) + record)


def read_batches(path: Path) -> Iterator[pb.Batch]:
    """The whole records of a file, in order; ends quietly at a torn or damaged one."""
    with path.open("rb") as file:
        while len(head := file.read(_RECORD.size)) == _RECORD.size:
            length, checksum = _RECORD.unpack(head)
            record = file.read(length)
            if len(record) != length or zlib.crc32(record) != checksum:
                return
            yield pb.Batch.FromString(record)


class Spool:
    """One writer session's queue of batches. Thread-safe; waiting is on `changed`.

    root: `<home>/spool`; the session's directory in it is made only when something has to go to disk.
    """

    def __init__(
        self,
        root: Path,
        run_id: str,
        worker_id: str,
        session: bytes | None = None,
        memory_bytes: int = settings.SPOOL_MEMORY_BYTES,
    ) -> None:
        self.run_id = run_id
        self.worker_id = worker_id
        self.session = session or os.urandom(16)
        self.directory = root / f"{run_id.replace('/', '_')}-{self.session.hex()}"
        self.changed = threading.Condition()
        self.acknowledged = 0
        self.given = 0  # the last batch that was taken out for sending
        self.last = 0
        self.lost_rows = 0
        self.pending_rows = 0
        self._memory: dict[int, pb.Batch] = {}
        self._memory_bytes = 0
        self._memory_bound = memory_bytes
        self._rows: dict[int, int] = {}  # of every unacknowledged batch, in memory or on disk
        self._files: dict[int, int] = {}  # first sequence in a file -> last
        self._loaded: set[int] = set()  # files (by first sequence) that memory has read: nothing is added to them
        self._tail_bytes = 0
        self._is_disk_failing = False
        self._has_spilled = False
        self._lock: IO[bytes] | None = None

    def append(self, kind: int, rows: int, ipc: bytes) -> bool:
        """Takes one batch; False when it had to be dropped (see failure modes)."""
        with self.changed:
            batch = pb.Batch(
                run_id=self.run_id,
                worker_id=self.worker_id,
                writer_session=self.session,
                batch_sequence=self.last + 1,
                kind=kind,  # type: ignore[arg-type]
                rows=rows,
                arrow_ipc=ipc,
            )
            has_room = self._memory_bytes + len(ipc) <= self._memory_bound
            if self._files or not (has_room or not self._memory):
                if not self._append_to_disk(batch) and not self._append_in_need(batch):
                    self.lost_rows += rows
                    return False
            else:
                self._keep(batch)
            self.last += 1
            self._rows[self.last] = rows
            self.pending_rows += rows
            self.changed.notify_all()
            return True

    def _keep(self, batch: pb.Batch) -> None:
        self._memory[batch.batch_sequence] = batch
        self._memory_bytes += len(batch.arrow_ipc)

    def _append_in_need(self, batch: pb.Batch) -> bool:
        """The disk took nothing: memory, as long as that is not far too much."""
        if self._memory_bytes + len(batch.arrow_ipc) > 2 * self._memory_bound:
            return False
        self._keep(batch)
        return True

    def _append_to_disk(self, batch: pb.Batch) -> bool:
        first = max(self._files, default=0)
        is_continued = self._files.get(first) == batch.batch_sequence - 1 and first not in self._loaded
        if not is_continued or self._tail_bytes > _FILE_BYTES or self._is_disk_failing:
            first, self._tail_bytes = batch.batch_sequence, 0
        try:
            self._claim_directory()
            write_batches(self._path(first), [batch])
        except OSError as error:
            if not self._is_disk_failing:
                log.warning(
                    "The spool %s takes nothing (%s); unsent rows stay in memory.", self.directory, error.strerror
                )
            self._is_disk_failing = True
            return False
        self._is_disk_failing = False
        if not self._has_spilled:
            log.warning(
                "Rows come faster than the daemon stores them, or it is away: they wait in %s and are sent from there.",
                self.directory,
            )
            self._has_spilled = True
        self._files[first] = batch.batch_sequence
        self._tail_bytes += len(batch.arrow_ipc)
        return True

    def _path(self, first: int) -> Path:
        return self.directory / f"{first:012d}{_SUFFIX}"

    def _claim_directory(self) -> None:
        if self._lock is None:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = lock_directory(self.directory)

    def after(self, sequence: int) -> pb.Batch | None:
        """The batch that follows `sequence`, or None when there is none yet or memory is full of sent ones."""
        with self.changed:
            following = sequence + 1
            if following not in self._memory:
                first = next((f for f, last in self._files.items() if f <= following <= last), None)
                if first is None or self._memory_bytes > self._memory_bound:
                    return None
                self._loaded.add(first)
                for batch in read_batches(self._path(first)):
                    if batch.batch_sequence > self.acknowledged and batch.batch_sequence not in self._memory:
                        self._keep(batch)
            batch = self._memory.get(following)
            if batch is not None:
                self.given = max(self.given, following)
            return batch

    def acknowledge(self, sequence: int) -> None:
        """Forgets every batch up to `sequence`: they are durable."""
        with self.changed:
            for done in range(self.acknowledged + 1, min(sequence, self.last) + 1):
                batch = self._memory.pop(done, None)
                if batch is not None:
                    self._memory_bytes -= len(batch.arrow_ipc)
                self.pending_rows -= self._rows.pop(done, 0)
            self.acknowledged = max(self.acknowledged, min(sequence, self.last))
            for first, last in list(self._files.items()):
                if last <= self.acknowledged:
                    self._path(first).unlink(missing_ok=True)
                    del self._files[first]
                    self._loaded.discard(first)
            self.changed.notify_all()

    @property
    def pending_batches(self) -> int:
        return self.last - self.acknowledged

    def wait_empty(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds until everything is acknowledged."""
        with self.changed:
            return self.changed.wait_for(lambda: self.last == self.acknowledged, timeout)

    def leave(self) -> bool:
        """The writer ends. True when nothing is left; else everything unacknowledged is in the directory, for the next.

        Raises OSError when the disk does not take it.
        """
        with self.changed:
            on_disk = {sequence for first, last in self._files.items() for sequence in range(first, last + 1)}
            only_here = [batch for sequence, batch in sorted(self._memory.items()) if sequence not in on_disk]
            if only_here:
                self._claim_directory()
                write_batches(self._path(only_here[0].batch_sequence), only_here)
            if self._lock is not None:
                if self.last == self.acknowledged:
                    shutil.rmtree(self.directory, ignore_errors=True)
                let_go(self._lock)
                self._lock = None
            return self.last == self.acknowledged


def lock_directory(directory: Path) -> IO[bytes]:
    """Locks a spool directory for its writer or resender; returns the file that holds it, to be `let_go`.

    Raises BlockingIOError when a living one has it.
    """
    with unforked():
        lock = own(os.fdopen(os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600), "rb"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        let_go(lock)
        raise
    return lock


def left_batches(directory: Path) -> Iterator[pb.Batch]:
    """The batches of a left spool, ascending. Files overlap when a writer put down its memory last."""
    files = sorted(directory.glob(f"*{_SUFFIX}"))
    sent = 0
    for path in files:
        for batch in read_batches(path):
            if batch.batch_sequence > sent:
                sent = batch.batch_sequence
                yield batch
