"""Carries batches from the spool to the daemon, for as long as the run lives, from a thread of its own.

Guarantees
- A batch is sent until the daemon says that it is durable. After every reconnect all unacknowledged ones go again, in
  order.
- A daemon that is gone is started again (`daemon --ensure`), with growing pauses; training goes on meanwhile, and a
  warning says what happened, once per outage.
- A batch that the daemon refuses is left out and counted; the others go on under a new writer session.
- What dead writers of this home left behind is resent, once this run's own connection stands.
"""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import frame_ring, settings
from ._contract import duallane_pb2 as pb
from ._contract import limits, trainer_pb2
from .daemon_calls import (
    DuallaneServiceStub,
    RpcError,
    TrainerServiceStub,
    connect,
    duallane_code,
    is_unimplemented,
    refusal_code,
    rpc_sentence,
)
from .errors import DuallaneError
from .forking import let_go
from .home import Daemon, ensure_daemon
from .row_calls import publish_as_rows
from .spool import Spool, left_batches, lock_directory

log = logging.getLogger("duallane")
_RESENDS = 8


@dataclass
class Backoff:
    """Pauses between attempts, in seconds, with jitter: limits.reconnect*."""

    seconds: float = 0.0

    def next(self) -> float:
        if self.seconds == 0.0:
            self.seconds = limits.RECONNECT_FIRST_MS / 1000
            return 0.05
        pause = self.seconds
        self.seconds = min(pause * limits.RECONNECT_FACTOR, limits.RECONNECT_MAX_MS / 1000)
        return pause * random.uniform(0.8, 1.2)


def open_run(daemon: Daemon, name: str, config_json: str, run_id: str) -> str:
    """OpenRun: the run's id. Raises DuallaneError with the daemon's sentence.

    A daemon that does not serve it takes the run by SubmitRun, which starts nothing; a run_id is then one it knows.
    """
    request = pb.OpenRunRequest(run_name=name, config_json=config_json, run_id=run_id)
    try:
        with connect(daemon) as channel:
            reply = DuallaneServiceStub(channel).OpenRun(request, timeout=limits.UNARY_DEADLINE_MS / 1000)
    except RpcError as error:
        if is_unimplemented(error):
            return run_id or _submit(daemon, name, config_json)
        raise DuallaneError(refusal_code(error), f"The run cannot be opened: {rpc_sentence(error)}") from error
    return str(reply.run_id)


def _submit(daemon: Daemon, name: str, config_json: str) -> str:
    config = {
        "run_name": name,
        "entry_point": "duallane.Run",
        "arguments": [],
        "environment": {},
        "resources": {"cpus": 1, "memory_mb": 256, "gpus": {"requested": 0}},
        "artifacts": {"output_prefix": name},
        "metadata": {"config": json.loads(config_json), "session": os.urandom(8).hex()},
    }
    request = trainer_pb2.SubmitRunRequest(config_json=json.dumps(config))
    try:
        with connect(daemon) as channel:
            reply = TrainerServiceStub(channel).SubmitRun(request, timeout=limits.UNARY_DEADLINE_MS / 1000)
    except RpcError as error:
        raise DuallaneError("run-refused", f"The run cannot be opened: {rpc_sentence(error)}") from error
    return str(reply.run_id)


class Publisher:
    """The way of one writer's batches to the daemon."""

    def __init__(
        self,
        home: Path,
        run_id: str,
        worker_id: str,
        name: str,
        config_json: str,
        other: Daemon | None = None,
    ) -> None:
        self._home = home
        self._other = other
        self._serves_rows_only = False
        self._name = name
        self._config_json = config_json
        self._root = home / "spool"
        self._spool = Spool(self._root, run_id, worker_id)
        self._swap = threading.Lock()
        self._is_stopping = threading.Event()
        self._is_given_up = False
        self._is_away = False
        # Whether somebody wants this run's rows as they come, and who hears when somebody begins to.
        self.is_followed = True
        self.on_followed: Callable[[], object] = bool
        self._left = threading.Thread(target=self._resend_left, name="duallane-leftovers", daemon=True)
        self._thread = threading.Thread(target=self._work, name="duallane-publisher", daemon=True)
        self._thread.start()

    def append(self, kind: int, rows: int, ipc: bytes) -> bool:
        """Takes a batch of `rows` rows; False when it had to be dropped (memory and disk are full) and was counted."""
        with self._swap:
            return self._spool.append(kind, rows, ipc)

    def count_lost(self, rows: int) -> None:
        with self._swap:
            self._spool.lost_rows += rows

    @property
    def run_id(self) -> str:
        return self._spool.run_id

    @property
    def pending_rows(self) -> int:
        """Rows that are not acknowledged as durable yet."""
        return self._spool.pending_rows

    @property
    def lost_rows(self) -> int:
        return self._spool.lost_rows

    def drain(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds until everything is durable."""
        deadline = time.monotonic() + timeout
        while True:
            spool = self._spool
            is_empty = spool.wait_empty(max(0.0, deadline - time.monotonic()))
            if spool is self._spool:  # else a refused batch has renewed it meanwhile
                return is_empty

    def stop(self) -> str | None:
        """Ends the threads. None when everything is durable, else a sentence about what is left, and where."""
        self._is_stopping.set()
        with self._spool.changed:
            self._spool.changed.notify_all()
        self._thread.join(settings.STOP_SECONDS)
        spool = self._spool
        rows, batches = spool.pending_rows, spool.pending_batches
        try:
            if spool.leave():
                return None
        except OSError as error:
            return (
                f"{rows:,} rows of run {spool.run_id} were not stored: the daemon is away and the spool cannot be "
                f"written ({error})."
            )
        return (
            f"{rows:,} rows in {batches:,} batches of run {spool.run_id} wait in {spool.directory}: the daemon did not "
            "take them in time. The next duallane.Run of this home sends them."
        )

    def _work(self) -> None:
        backoff = Backoff()
        while not self._is_stopping.is_set():
            acknowledged = self._spool.acknowledged
            try:
                daemon = self._other or ensure_daemon(self._home)
                if self._serves_rows_only:
                    self._send_rows(daemon)
                else:
                    self._stream(daemon)
            except DuallaneError as error:
                self._say_away(error.sentence)
            except RpcError as error:
                self._react(error)
            except Exception:  # the thread is the run's only way out: a defect here must not end it
                log.exception("Publishing failed; it is tried again.")
            if self._spool.acknowledged > acknowledged:
                backoff = Backoff()
            self._is_stopping.wait(backoff.next())

    def _stream(self, daemon: Daemon) -> None:
        spool = self._spool
        ended = threading.Event()
        with connect(daemon) as channel:
            call = DuallaneServiceStub(channel).PublishBatches(self._requests(spool, ended))
            try:
                for ack in call:
                    if ack.batch_sequence > spool.given:
                        log.error("The daemon acknowledged a batch that was never sent; its rows are kept.")
                        continue
                    spool.acknowledge(ack.batch_sequence)
                    if self.is_followed == ack.unfollowed:
                        self.is_followed = not ack.unfollowed
                        self.on_followed()
                    self._say_back()
            finally:
                ended.set()
                with spool.changed:
                    spool.changed.notify_all()
                call.cancel()

    def _send_rows(self, daemon: Daemon) -> None:
        spool = self._spool
        with connect(daemon) as channel:
            while True:
                batch = spool.after(spool.acknowledged)
                if batch is not None:
                    lost = batch.rows - publish_as_rows(channel, batch)
                    if lost > 0:
                        self.count_lost(lost)
                    spool.acknowledge(batch.batch_sequence)
                    self._say_back()
                elif self._is_stopping.is_set():
                    return
                else:
                    with spool.changed:
                        spool.changed.wait(settings.BLOCK_SECONDS)

    def _requests(self, spool: Spool, ended: threading.Event) -> Iterator[pb.Batch]:
        """Every batch after the acknowledged ones, in order, as they come. Runs in a thread of gRPC's."""
        sent = spool.acknowledged
        while not ended.is_set():
            batch = spool.after(sent)
            if batch is not None:
                sent = batch.batch_sequence
                yield batch
                continue
            if self._is_stopping.is_set():
                return
            with spool.changed:
                spool.changed.wait(settings.BLOCK_SECONDS if spool.last > sent else 1.0)

    def _react(self, error: RpcError) -> None:
        code = duallane_code(error)
        if not self._serves_rows_only and is_unimplemented(error):
            self._serves_rows_only = True
            log.warning("This daemon takes no batches: steps and episodes go one by one, values and events nowhere.")
        elif code == "run-unknown":
            self._open_again()
        elif code in ("batch-invalid", "request-invalid", "batch-hole"):
            self._renew(is_first_refused=code != "batch-hole", why=rpc_sentence(error))
        elif not self._is_stopping.is_set():
            self._say_away(rpc_sentence(error))

    def _open_again(self) -> None:
        """The home was emptied under a living run: it is opened under its id, unless it was deleted on purpose."""
        try:
            open_run(ensure_daemon(self._home), self._name, self._config_json, self._spool.run_id)
        except DuallaneError as refusal:
            if refusal.code == "run-deleted":
                self._give_up()
            else:
                self._say_away(refusal.sentence)

    def _give_up(self) -> None:
        """Nobody will ever take these rows: they are counted as lost, said once, and let go."""
        with self._swap:
            spool = self._spool
            while (batch := spool.after(spool.acknowledged)) is not None:
                spool.lost_rows += batch.rows
                spool.acknowledge(batch.batch_sequence)
        if not self._is_given_up:
            self._is_given_up = True
            log.warning("Rows of run %s are kept nowhere from here on: the run was deleted.", spool.run_id)

    def _renew(self, is_first_refused: bool, why: str) -> None:
        """A new writer session for what is left, without the refused batch."""
        log.warning("The daemon refused a batch: %s", why)
        with self._swap:
            old = self._spool
            fresh = Spool(self._root, old.run_id, old.worker_id)
            fresh.lost_rows = old.lost_rows
            sequence = old.acknowledged
            while (batch := old.after(sequence)) is not None:
                sequence = batch.batch_sequence
                if is_first_refused:
                    fresh.lost_rows += batch.rows
                    is_first_refused = False
                else:
                    fresh.append(batch.kind, batch.rows, batch.arrow_ipc)
                old.acknowledge(sequence)
            self._spool = fresh
            old.leave()

    def _say_away(self, why: str) -> None:
        if not self._is_away and not self._is_stopping.is_set():
            self._is_away = True
            log.warning(
                "The trainer daemon of %s is away (%s). It is being started; training goes on, unsent rows are kept.",
                self._home,
                why,
            )

    def _say_back(self) -> None:
        if self._is_away:
            self._is_away = False
            log.warning("The trainer daemon of %s is back; rows are stored again.", self._home)
        if self._other is None and not self._left.ident:
            self._left.start()

    def _resend_left(self) -> None:
        """What dead writers left: their spools, and their frame rings."""
        try:
            for name in frame_ring.collect_dead_rings():
                log.info("The frame ring %s of a dead writer was removed.", name)
            resend_left_spools(self._root, ensure_daemon(self._home))
        except (DuallaneError, OSError) as error:
            log.warning("What earlier runs left in %s is not sent yet: %s", self._root, error)


def resend_left_spools(root: Path, daemon: Daemon) -> int:
    """Sends the spools of dead writers under `root` and removes those that are durable; returns the rows sent."""
    rows = 0
    for directory in sorted(root.glob("*/")):
        try:
            lock = lock_directory(directory)
        except OSError:  # its writer lives, or it is gone already
            continue
        try:
            sent = _resend_whole(directory, daemon)
            rows += sent
            shutil.rmtree(directory)
            log.info("%s rows that an earlier run had left in %s are stored now.", f"{sent:,}", directory)
        except RpcError as error:
            log.warning(
                "The rows that an earlier run left in %s are not stored yet: %s", directory, rpc_sentence(error)
            )
        finally:
            let_go(lock)
    return rows


def _resend_whole(directory: Path, daemon: Daemon) -> int:
    """As _resend, over what can be overcome: a run or its batches that the daemon forgot, a batch that it refuses."""
    session: bytes | None = None
    for _ in range(_RESENDS):
        try:
            return _resend(directory, daemon, session)
        except RpcError as error:
            code = duallane_code(error)
            if code == "run-unknown":
                try:
                    open_run(daemon, "recovered", "{}", next(left_batches(directory)).run_id)
                except DuallaneError as refusal:
                    if refusal.code != "run-deleted":
                        raise
                    log.warning("Rows that an earlier run left in %s are thrown away: the run was deleted.", directory)
                    return 0
            elif code == "batch-hole":
                session = os.urandom(16)
            elif code != "batch-invalid":  # which uses up its key: the next attempt passes over it
                raise
    return _resend(directory, daemon, session)


def _resend(directory: Path, daemon: Daemon, session: bytes | None) -> int:
    """Rows that the daemon has made durable out of one left spool. Raises RpcError when it does not take all.

    session: None sends the batches under their own keys; else they are numbered anew in it.
    """
    rows = 0

    def requests() -> Iterator[pb.Batch]:
        nonlocal rows
        rows = 0
        for number, batch in enumerate(left_batches(directory), 1):
            if session is not None:
                batch.writer_session = session
                batch.batch_sequence = number
            rows += batch.rows
            yield batch

    with connect(daemon) as channel:
        for _ in DuallaneServiceStub(channel).PublishBatches(requests()):
            pass
    return rows
