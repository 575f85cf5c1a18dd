"""One run as its worker sees it: log steps, episodes, values and events, publish frames, and say how it ended.

Guarantees
- Logging never waits for the daemon and never raises for what a row holds: values that cannot be stored are counted,
  said once, and their row is kept.
- Rows reach the daemon from background threads, also while the loop holds the interpreter; a daemon that dies is
  started again and gets everything it has not acknowledged.
- A forked child is silent: rows and frames that it logs go nowhere; the parent goes on undisturbed. A child that wants
  to log opens a Run of its own with the same run_id and another worker_id.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing.util
import os
import sys
import threading
import weakref
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from time import time_ns
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from . import settings
from ._contract.contract import VERSION
from .captures import Captures, flat, frozen, number, whole
from .control import ControlListener, StepGate
from .episode_cursors import EndedEpisode, EpisodeCursors
from .errors import DuallaneError, RunCanceled
from .frame_lane import FrameLane, frame_metadata
from .home import other_daemon, resolve_home
from .opening import joined_run
from .plain_json import compact_json
from .publisher import Publisher
from .record_settings import RecordSettings, every_step_of, record_settings, with_record
from .recorder import Recorder
from .vector_tape import VectorTape
from .video import switches
from .wrapping import wrapped

if TYPE_CHECKING:
    import gymnasium

    from .gym import LoggedEnv
    from .gym_vector import LoggedVectorEnv

log = logging.getLogger("duallane")
_OUTCOMES = {"succeeded": "run_completed", "failed": "run_failed", "canceled": "run_cancelled"}
_closing_process = 0
_ending: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_open_runs: weakref.WeakSet[Run] = weakref.WeakSet()


class Run:
    """A run in a home directory; starts the trainer daemon when none lives there.

    name: 1 to 120 characters; may be left out where run_id joins a run. config: anything JSON can hold; the
    comparison of runs shows it. home: directory, else DUALLANE_HOME, else the default. run_id: joins or creates that
    run; None makes a new one. worker_id: names this process among the run's workers. agent_id: of rows that name
    none. observation_bytes: observations up to this size are stored with their step. frames_per_second: the most that
    the fast lane gets; 0 turns it off. fast_lane_only: steps and episodes are not kept, frames, values and events
    are. video: "single" shows the environment in video_slot, "grid" the first grid_limit of them as tiles, "off"
    none. render_every: at most one frame in so many steps. Left out, these five follow the switches
    GYM_GUI_FASTLANE_ONLY, _VIDEO_MODE, _SLOT, _GRID_LIMIT and TELEMETRY_SAMPLING_INTERVAL; else False, "single", 0, 4
    and 1. record: which episodes the daemon records, such as 10 (every tenth), True (the best, the worst, failures)
    or {"every": 10, "best": True, "budget_mb": 100}; with "every_step": True each step of every k-th episode is
    rendered, which slows those. daemon: HOST:PORT of another trainer daemon than the home's, such as the source's,
    which takes steps and episodes one by one, and neither values nor events.

    Without a `with` block or close() the run ends with its process, and an exception ends it as it would end the block.
    The code of sys.exit(3) is seen by the block alone: Python shows it to nobody who looks at the process's end.

    Raises DuallaneError when no daemon can be reached or started, or when it refuses the run; later nothing raises.

        with duallane.Run("cartpole", config={"lr": 3e-4}) as run:
            run.log_step(reward=1.0, terminated=False, observation=observation, action=action)
    """

    def __init__(
        self,
        name: str | None = None,
        config: Mapping[str, Any] | None = None,
        home: Path | str | None = None,
        run_id: str | None = None,
        worker_id: str | None = None,
        agent_id: str = "default",
        *,
        observation_bytes: int = settings.OBSERVATION_BYTES_MAX,
        frames_per_second: float = settings.FRAMES_PER_SECOND,
        fast_lane_only: bool | None = None,
        video: str | None = None,
        video_slot: int | None = None,
        grid_limit: int | None = None,
        render_every: int | None = None,
        record: RecordSettings = None,
        daemon: str | None = None,
    ) -> None:
        name = name or run_id
        if not name:
            raise DuallaneError("run-name", 'A run has a name: Run("cartpole"). run_id alone joins one that is open.')
        recorded = record_settings(record)
        self.renders_all_every = every_step_of(recorded)
        config_json = _config_json(with_record(config, recorded))
        self.video, self.fast_lane_only = switches(
            {
                "fast_lane_only": fast_lane_only,
                "video": video,
                "video_slot": video_slot,
                "grid_limit": grid_limit,
                "render_every": render_every,
            }
        )
        self.name = name
        self.home = resolve_home(home)
        self.agent_id = agent_id
        other = None if daemon is None else other_daemon(daemon)
        self.worker_id = worker_id or f"python-{os.getpid()}-{os.urandom(3).hex()}"
        self.run_id = joined_run(self.home, other, name, config_json, run_id or "", self.worker_id)
        self.outcome: str | None = None
        self._process = os.getpid()
        self._closing = threading.Lock()
        self._publisher = Publisher(self.home, self.run_id, self.worker_id, name, config_json, other)
        self._recorder = Recorder(self._publisher, agent_id)
        self._cursors = EpisodeCursors(agent_id, partial(_tell_episode, self._recorder))
        self._tape = self._recorder.steps
        self.captures = Captures(observation_bytes, self._recorder.odd)
        self._frames = FrameLane(
            self.run_id,
            frames_per_second if self.video.mode != "off" else 0.0,
            partial(_note_lane_off, self._recorder),
            is_deep=self.renders_all_every > 0,
        )
        if self.fast_lane_only:
            self._recorder.steps.keep_nothing()
            self._recorder.episodes.keep_nothing()
        self._gate = StepGate()
        self._control = ControlListener(self.home, self.run_id, self._gate, other)
        self.event("run_started", sdk=VERSION, pid=self._process, python=sys.version.split()[0])
        _open_runs.add(self)
        _close_with_process()
        self._dropped = weakref.finalize(
            self, _end_dropped, self._cursors, self._recorder, self._publisher, self._frames, self._control
        )
        self._dropped.atexit = False

    # -- logging ------------------------------------------------------------------------------------------------------

    def log_step(
        self,
        reward: float | None = 0.0,
        terminated: bool = False,
        truncated: bool = False,
        *,
        episode: int | None = None,
        step: int | None = None,
        agent_id: str | None = None,
        action: Any = None,
        observation: Any = None,
        env_slot: int = 0,
        ts_ns: int | None = None,
        episode_seed: int | None = None,
        **extra: Any,
    ) -> None:
        """One environment step. About a microsecond; never waits for the daemon, never raises for its values.

        Returns when the next step may be taken: late while the run is paused or its steps are capped. Raises
        RunCanceled when the run was cancelled. Either way the step is recorded.

        episode, step: indices from 0; left out, they count by themselves per agent and slot, and an episode ends with
        terminated or truncated. Unless `log_episode` tells that episode, it is told with its number of steps and the
        sum of their rewards: at the next step, flush or close; the first one when the third begins. observation: an
        array of any shape up to `observation_bytes` is stored as raw bytes, anything else as JSON. action: anything
        JSON can hold. ts_ns: nanoseconds since 1970, now when left out. episode_seed: what the episode was begun with.
        extra: render_hint, render_payload, frame_ref, policy_label, backend, payload_version.
        """
        form = None
        if observation is not None:
            captures = self.captures
            if (
                type(observation) is np.ndarray
                and observation.dtype is captures.dtype
                and observation.shape == captures.shape
            ):
                form, observation = captures.form, observation.tobytes()
            else:
                form, observation = captures.one(observation)
        if action is not None and type(action) is not int and type(action) is not np.int64:
            action = frozen(action)
        if episode is None or step is None:
            episode, step = self._cursors.step(agent_id, env_slot, episode, step, reward, terminated, truncated, ts_ns)
        tape = self._tape
        entries = tape.entries
        entries.extend(
            (
                agent_id,
                env_slot,
                episode,
                step,
                reward,
                terminated,
                truncated,
                time_ns() if ts_ns is None else ts_ns,
                action,
                form,
                observation,
                _with_seed(extra, episode_seed) if extra else episode_seed,
            )
        )
        if len(entries) >= tape.block_items:
            self._recorder.behind(tape)
        if not self._gate.is_free:
            self._gate.take(self.run_id)

    def log_episode(
        self,
        total_reward: float | None,
        steps: int,
        terminated: bool = False,
        truncated: bool = False,
        *,
        episode: int | None = None,
        agent_id: str | None = None,
        env_slot: int = 0,
        seed: int | None = None,
        episode_seed: int | None = None,
        mode: str | None = None,
        game_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        ts_ns: int | None = None,
    ) -> None:
        """One episode, at its end. total_reward: the undiscounted return. steps: its length.

        episode: index from 0; left out, the one that the last `log_step` of this agent and slot ended, or the next one
        where no step came since the last `log_episode`.
        """
        episode = self._cursors.told(agent_id, env_slot, episode)
        self._recorder.episodes.entries.extend(
            (
                agent_id,
                env_slot,
                episode,
                total_reward,
                steps,
                terminated,
                truncated,
                time_ns() if ts_ns is None else ts_ns,
                seed,
                episode_seed,
                mode,
                game_id,
                outcome_word(total_reward, terminated, truncated),
                frozen(metadata),
            )
        )

    def log(
        self,
        values: Mapping[str, Any] | None = None,
        /,
        *,
        step: int | None = None,
        agent_id: str | None = None,
        **named: Any,
    ) -> None:
        """Named values, such as losses: `run.log(loss=0.3)` or `run.log({"losses/policy": 0.3}, step=2048)`.

        Mappings in mappings get joined names: {"losses": {"policy": 0.3}} is "losses/policy". Anything that float()
        takes is a value. SQL finds them in `metrics`, by name and step.
        step: the environment step they belong to, a whole number; left out, the number of steps logged so far. At a
        step that is none, values are left out: there they would be false points of their curves.
        """
        if step is None:
            step = self._recorder.steps_logged
        now, values_of = time_ns(), self._recorder.metrics
        try:
            given = list(flat(named if values is None else {**values, **named}))
        except Exception as error:  # no mapping, or one that cannot be read
            self._recorder.odd.note(f"log() takes names with their values ({error}); what it was given was left out")
            return
        for name, value in given:
            try:
                values_of.entries.extend((agent_id, whole(step), now, name, number(value)))
            except Exception as error:  # whatever a foreign object's float() raises: counted, never the loop's trouble
                self._recorder.odd.note(f"the value of {name}, or its step, is no number ({error}); it was left out")

    def event(self, kind: str, **detail: Any) -> None:
        """Something that happened, such as checkpoint_saved, with any details that JSON can hold."""
        self._recorder.events.entries.extend((time_ns(), kind, frozen(detail) if detail else None))

    # -- what wrappers use --------------------------------------------------------------------------------------------

    @property
    def keeps_steps(self) -> bool:
        """False when the rows of steps would go nowhere, so that a wrapper need not make them."""
        return type(self._tape.entries) is list

    @property
    def has_frames(self) -> bool:
        """False when no frame of an environment will ever be due, so that a wrapper need not ask."""
        return self._frames.is_on or self.renders_all_every > 0

    def take_episode(self, env_slot: int, *agent_ids: str | None) -> int:
        """The number of an episode that begins now in the slot, for these agents; nobody else in this process gets it.

        Wrapping an environment again, or a second one under the same names, goes on where the numbers were.
        """
        return self._cursors.take(agent_ids, env_slot)

    def new_vector_tape(self, slots: int, agent_id: str | None) -> VectorTape:
        """A tape for the steps of `slots` environments that step together."""
        tape = VectorTape(slots, self.agent_id if agent_id is None else agent_id)
        if not self.keeps_steps and self.outcome is None:  # after the end they are counted
            tape.keep_nothing()
        self._recorder.add(tape)
        return tape

    def behind(self, tape: VectorTape) -> None:
        """A block of the tape is full."""
        self._recorder.behind(tape)

    def hold(self) -> None:
        """After the rows of one step of several environments: waits while the run is paused or capped, as log_step
        does. Such a step counts as one. Raises RunCanceled."""
        if not self._gate.is_free:
            self._gate.take(self.run_id)

    def note_odd(self, sample: str) -> None:
        """Counts something that could not be read, with a sentence; the run's ledger shows it."""
        self._recorder.odd.note(sample)

    @property
    def observations_left_out(self) -> int:
        """Observations that were larger than `observation_bytes`."""
        return self.captures.left_out

    # -- frames and environments --------------------------------------------------------------------------------------

    def publish_frame(
        self,
        rgb: Any,
        *,
        reward: float = 0.0,
        total_reward: float = 0.0,
        step_rate_hz: float = 0.0,
        episode: int = 0,
        step: int = 0,
        agent_id: str | None = None,
        env_slot: int = 0,
        env_fps: float = 0.0,
    ) -> bool:
        """Shows a frame on the fast lane: uint8, shape (height, width, 1, 3 or 4) or (height, width). The newest wins.

        reward and total_reward: of the step in the picture and of its episode so far; step_rate_hz: environment steps
        per second; env_fps: steps a second at which the environment is meant to be watched. True when it was
        published. Never raises; a fast lane that cannot be says why, once.
        """
        try:
            metadata = frame_metadata(
                int(episode),
                int(step),
                agent_id or self.agent_id,
                float(reward),
                float(total_reward),
                int(env_slot),
                env_fps,
            )
            return self._frames.publish(rgb, metadata, float(reward), float(total_reward), float(step_rate_hz))
        except (TypeError, ValueError, OverflowError) as error:
            self._recorder.odd.note(f"a frame's numbers could not be read ({error}); it was not shown")
            return False

    @overload
    def wrap(self, env: gymnasium.Env, **options: Any) -> LoggedEnv: ...
    @overload
    def wrap(self, env: gymnasium.vector.VectorEnv, **options: Any) -> LoggedVectorEnv: ...
    @overload
    def wrap(self, env: Any, **options: Any) -> Any: ...
    def wrap(self, env: Any, **options: Any) -> Any:
        """The environment, logging its steps and episodes to this run, and its frames when it renders "rgb_array".

        env: Gymnasium's, single or vector, or PettingZoo's, parallel or AEC. options: see LoggedEnv, LoggedVectorEnv,
        LoggedParallelEnv, LoggedAECEnv. Raises DuallaneError('wrap-unsupported') for anything else.
        """
        return wrapped(self, env, options)

    def record_next(self, episodes: int = 1) -> None:
        """Has the daemon record the next episodes that begin, whatever `record` says.

        Raises DuallaneError when the daemon cannot be asked.
        """
        from .recorded_episodes import record_next

        record_next(self, episodes, home=self.home)

    # -- the end ------------------------------------------------------------------------------------------------------

    @property
    def is_paused(self) -> bool:
        """True while somebody has paused the run: `log_step` waits."""
        return self._gate.is_paused

    @property
    def is_canceled(self) -> bool:
        """True once somebody has cancelled the run: `log_step` raises RunCanceled."""
        return self._gate.canceled is not None

    @property
    def unsent_rows(self) -> int:
        """Rows that were logged and that the daemon has not acknowledged as durable yet."""
        return self._recorder.waiting_rows + self._publisher.pending_rows

    @property
    def lost_rows(self) -> int:
        """Rows that could not be kept anywhere; 0 unless the disk was full for long, the daemon refused a batch, or
        rows came after the run's end."""
        return self._publisher.lost_rows

    def flush(self, timeout: float = settings.CLOSE_SECONDS) -> bool:
        """Waits up to `timeout` seconds until everything logged so far is durable. True when it is."""
        if self.outcome is not None or os.getpid() != self._process:
            return self._publisher.pending_rows == 0
        self._cursors.tell_waiting()
        self._recorder.flush()
        return self._publisher.drain(timeout)

    def close(
        self, outcome: str = "succeeded", reason: str | None = None, timeout: float = settings.CLOSE_SECONDS
    ) -> None:
        """Ends this worker's part of the run and waits up to `timeout` seconds until everything is durable.

        outcome: succeeded, failed or canceled. reason: a sentence. What is not durable by then stays in the home's
        spool and is sent by the next Run there; a warning says so. Safe to call twice.
        """
        if outcome not in _OUTCOMES:
            raise DuallaneError("outcome-unknown", f"A run ends as succeeded, failed or canceled, not as {outcome!r}.")
        with self._closing:
            if self.outcome is not None or os.getpid() != self._process:
                return
            self.outcome = outcome
        _open_runs.discard(self)
        self._dropped.detach()
        self._control.stop()
        self._frames.close()
        detail = {"reason": reason} if reason else {}
        self._cursors.tell_waiting()
        self._recorder.close((time_ns(), _OUTCOMES[outcome], frozen(detail)))
        try:
            self._publisher.drain(timeout)
        finally:
            left = self._publisher.stop()
            if left:
                log.warning("%s", left)
            if self.lost_rows:
                log.warning("%s rows of run %s could not be kept.", f"{self.lost_rows:,}", self.run_id)

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if error is None or (kind is SystemExit and getattr(error, "code", None) in (None, 0)):
            self.close()
        else:
            self.close(*_end_by(error))

    def __repr__(self) -> str:
        return f"<duallane.Run {self.run_id} {self.name!r} {self.outcome or 'open'}>"

    def _fall_silent(self) -> None:
        """In a forked child: the threads are not there, and nothing may pile up."""
        self._dropped.detach()
        self._closing = threading.Lock()
        self._gate = StepGate()
        self._cursors = EpisodeCursors(self.agent_id, lambda _: None)  # the parent's lock may have been held
        self._recorder.fall_silent()
        self._frames.forget()


def _with_seed(extra: Mapping[str, Any], episode_seed: int | None) -> dict[str, Any]:
    kept = {name: frozen(value) for name, value in extra.items()}
    if episode_seed is not None:
        kept["episode_seed"] = episode_seed
    return kept


def open_runs() -> list[Run]:
    """The runs of this process that are not closed."""
    return list(_open_runs)


def flush_open_runs(home: Path, seconds: float = 5.0) -> None:
    """Waits until what open runs of this home have logged is durable, for `seconds` a run at most."""
    for opened in open_runs():
        if opened.home == home:
            opened.flush(seconds)


def outcome_word(total_reward: Any, terminated: Any, truncated: Any) -> str:
    """The outcome of an episode, in the source system's words."""
    try:
        if not terminated:
            return "Timeout" if truncated else "Running"
        total = float(total_reward)
    except (TypeError, ValueError, OverflowError):
        return "Completed"
    return "Success" if total > 0 else "Failed" if total < 0 else "Completed"


def _config_json(config: Mapping[str, Any] | None) -> str:
    if config is None:
        return "{}"
    if not isinstance(config, Mapping):
        raise DuallaneError(
            "config-invalid", f"A run's config is a mapping of names to values, not a {type(config).__name__}."
        )
    try:
        return compact_json(dict(config))
    except (TypeError, ValueError) as error:
        raise DuallaneError("config-invalid", f"The run's config cannot be written as JSON: {error}.") from error


def _end_by(error: BaseException) -> tuple[str, str]:
    """(outcome, reason) of a run whose block or script an exception ended."""
    if isinstance(error, KeyboardInterrupt):
        return "canceled", "interrupted from the keyboard"
    if isinstance(error, RunCanceled):
        return "canceled", error.sentence
    return "failed", f"{type(error).__name__}: {error}"


def _close_open_runs() -> None:
    """At the interpreter's end: what nobody closed. An exception ends them as it would end
    their block; the code of sys.exit is not seen here."""
    is_child = multiprocessing.parent_process() is not None
    is_interactive = not is_child and (hasattr(sys, "ps1") or "ipykernel" in sys.modules)
    error = None if is_interactive else getattr(sys, "last_value", None)
    for run in list(_open_runs):
        if error is not None:
            run.close(*_end_by(error))
        elif is_interactive:
            run.close("canceled", "the session ended while the run was open")
        else:
            run.close()
    for thread in list(_ending):  # runs that were dropped a moment ago: their rows go first
        thread.join(settings.CLOSE_SECONDS + settings.STOP_SECONDS)


def _tell_episode(recorder: Recorder, ended: EndedEpisode) -> None:
    """The row of an episode that only its steps tell of."""
    word = outcome_word(ended.total_reward, ended.terminated, ended.truncated)
    recorder.episodes.entries.extend((*ended, None, None, None, None, word, None))


def _note_lane_off(recorder: Recorder, sentence: str) -> None:
    """Tells the run's views why they show no frame."""
    recorder.events.entries.extend((time_ns(), "fast_lane_off", frozen({"sentence": sentence})))


def _end_dropped(
    cursors: EpisodeCursors, recorder: Recorder, publisher: Publisher, frames: FrameLane, control: ControlListener
) -> None:
    """A Run that nobody holds any more, such as one whose cell was run again: it ends as canceled."""
    control.stop()
    frames.close()
    reason = "the Run object was dropped without close()"

    def end() -> None:
        cursors.tell_waiting()
        recorder.close((time_ns(), _OUTCOMES["canceled"], {"reason": reason}))
        publisher.drain(settings.CLOSE_SECONDS)
        left = publisher.stop()
        if left:
            log.warning("%s", left)

    thread = threading.Thread(target=end, name="duallane-dropped", daemon=True)
    _ending.add(thread)
    thread.start()


def _close_with_process() -> None:
    """A process of multiprocessing ends without atexit; it has finalizers of its own, which are empty after a fork."""
    global _closing_process
    if multiprocessing.parent_process() is not None and _closing_process != os.getpid():
        _closing_process = os.getpid()
        multiprocessing.util.Finalize(None, _close_open_runs, exitpriority=10)


def _silence_forked() -> None:
    for run in list(_open_runs):
        run._fall_silent()
    _open_runs.clear()
    _ending.clear()


atexit.register(_close_open_runs)
os.register_at_fork(after_in_child=_silence_forked)
