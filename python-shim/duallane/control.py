"""What is asked of a run while it trains: pause, single steps, a cap on its steps, the end. A thread listens to it.

Guarantees
- The loop is held in `log_step` alone, after the step was recorded; Ctrl-C and a kernel's interrupt get through.
- A daemon that is away changes nothing: the loop keeps to what was said last, and hears the rest later.
- A daemon that does not serve ControlStream (the source's) holds nobody.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from ._contract import limits
from ._contract import trainer_pb2 as pb
from .daemon_calls import (
    Call,
    RpcError,
    TrainerServiceStub,
    connect,
    duallane_code,
    is_unimplemented,
    refusal_code,
    rpc_sentence,
)
from .errors import DuallaneError, RunCanceled
from .home import Daemon, read_daemon

log = logging.getLogger("duallane")
_BURST_SECONDS = 0.02
_LOOK_SECONDS = 0.5  # a bare wait cannot be interrupted everywhere


class StepGate:
    """Where the training loop waits. `is_free` is all that a step pays while nothing is asked of the run."""

    def __init__(self) -> None:
        self.is_free = True
        self.is_paused = False
        self.canceled: str | None = None
        self._granted = 0
        self._max_rate_hz = 0
        self._due = 0.0
        self._is_over = False
        self._changed = threading.Condition()

    def take(self, run_id: str) -> None:
        """One step was taken: returns when the next one may be. Raises RunCanceled when there is to be none."""
        is_told = False
        with self._changed:
            while not self._is_over:
                if self.canceled is not None:
                    raise RunCanceled(self.canceled)
                if self.is_paused:
                    if self._granted > 0:
                        self._granted -= 1
                        return
                    if not is_told:
                        log.warning("Run %s is paused. It goes on when it is resumed; interrupt to stop it.", run_id)
                        is_told = True
                    self._changed.wait(_LOOK_SECONDS)
                elif self._max_rate_hz > 0:
                    now = time.monotonic()
                    if now >= self._due:
                        self._due = max(self._due, now - _BURST_SECONDS) + 1 / self._max_rate_hz
                        return
                    self._changed.wait(min(self._due - now, _LOOK_SECONDS))
                else:
                    return

    def obey(self, event: pb.ControlEvent) -> None:
        """Does as a message of ControlStream says; a word of a later version says nothing."""
        word = event.WhichOneof("event")
        with self._changed:
            if word in ("pause", "resume"):
                self.is_paused = word == "pause"
                self._granted = 0
            elif word == "max_rate_hz":
                self._max_rate_hz = event.max_rate_hz
            elif word == "grant_steps":
                self._granted += event.grant_steps
            self._settle()

    def cancel(self, sentence: str) -> None:
        with self._changed:
            self.canceled = sentence
            self._settle()

    def open(self) -> None:
        """Holds nobody any more."""
        with self._changed:
            self._is_over = True
            self._settle()

    def _settle(self) -> None:
        is_held = self.is_paused or self._max_rate_hz > 0 or self.canceled is not None
        self.is_free = self._is_over or not is_held
        self._changed.notify_all()


def register_worker(daemon: Daemon, run_id: str, worker_id: str) -> None:
    """Tells the daemon that this worker can be held. Raises DuallaneError with the daemon's sentence."""
    request = pb.RegisterWorkerRequest(
        run_id=run_id,
        worker_id=worker_id,
        worker_kind="duallane_sdk",
        proto_version="MOSAIC/1.0",
        schema_id="duallane.batches",
        schema_version=1,
        supports_pause=True,
    )
    try:
        with connect(daemon) as channel:
            TrainerServiceStub(channel).RegisterWorker(request, timeout=limits.UNARY_DEADLINE_MS / 1000)
    except RpcError as error:
        raise DuallaneError(refusal_code(error), f"The worker cannot be registered: {rpc_sentence(error)}") from error


class ControlListener:
    """Follows a run's ControlStream from a thread of its own, until the run has ended or `stop`."""

    def __init__(self, home: Path, run_id: str, gate: StepGate, other: Daemon | None = None) -> None:
        self._home = home
        self._other = other
        self._run_id = run_id
        self._gate = gate
        self._is_stopping = threading.Event()
        self._call: Call[pb.ControlEvent] | None = None
        self._thread = threading.Thread(target=self._work, name="duallane-control", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and lets the loop go."""
        self._gate.open()
        self._is_stopping.set()
        call = self._call
        if call is not None:
            call.cancel()

    def _work(self) -> None:
        pause = limits.RECONNECT_FIRST_MS / 1000
        while not self._is_stopping.is_set():
            try:
                if self._listen():
                    return
                pause = limits.RECONNECT_FIRST_MS / 1000
            except RpcError as error:
                if self._is_final(error):
                    return
            except DuallaneError as error:  # such as a certificate that is just being renewed
                log.info("Nobody can hold run %s for now: %s", self._run_id, error.sentence)
            # The publisher brings a dead daemon back; whoever only listens waits for it.
            self._is_stopping.wait(pause)
            pause = min(pause * limits.RECONNECT_FACTOR, limits.RECONNECT_MAX_MS / 1000)

    def _listen(self) -> bool:
        """True when the run has ended; False when there is no daemon."""
        daemon = self._other or read_daemon(self._home)
        if daemon is None or (self._other is None and not daemon.is_answering()):
            return False
        with connect(daemon) as channel:
            stub = TrainerServiceStub(channel)
            self._call = call = stub.ControlStream([pb.ControlEvent(run_id=self._run_id)])
            if self._is_stopping.is_set():
                call.cancel()
            for event in call:
                self._gate.obey(event)
        self._gate.open()
        return True

    def _is_final(self, error: RpcError) -> bool:
        code = duallane_code(error)
        if code == "run-canceled":
            self._gate.cancel(rpc_sentence(error))
            return True
        if code == "run-ended":
            self._gate.open()
            return True
        return is_unimplemented(error)
