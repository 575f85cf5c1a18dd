"""Inside of a script under `duallane run --wrap`: what gymnasium.make and gymnasium.make_vec return logs by itself.

Guarantees
- Nothing happens before an environment is reset: no daemon is asked, no row is made, an environment that is only looked
  at (a vector's dummy) does not count.
- Every process of the script, forked or spawned, joins the run as a worker of its own.
- A run that cannot be joined is said once; the script goes on unwatched. The script sees the environments it would
  have seen: same spec, same spaces, same answers.
Environments that a script makes at once take the slots 0, 1, ... in the order of their first reset.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import logging
import multiprocessing
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import settings
from .errors import DuallaneError

if TYPE_CHECKING:
    from .run import Run

log = logging.getLogger("duallane")
_run: Run | None = None
_process = 0
_slots: set[int] = set()


def install() -> None:
    """Has gymnasium patched as soon as it is imported, when this process runs under `duallane run --wrap`."""
    if settings.wrapped_run() is not None and not any(isinstance(finder, _AtImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AtImport())


class _AtImport(importlib.abc.MetaPathFinder):
    """Finds gymnasium as the others would, and patches it once it is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_patch(module: ModuleType) -> None:
                load(module)
                _patch(module)

            spec.loader.exec_module = load_and_patch  # type: ignore[method-assign]
        return spec


def _patch(gymnasium: Any) -> None:
    # registration.make stays: make_vec calls it for its sub-environments, which its vector logs.
    gymnasium.make = _logging(gymnasium.make, _with_pictures(gymnasium))
    gymnasium.make_vec = _logging(gymnasium.make_vec, _with_pictures(gymnasium))


def _with_pictures(gymnasium: Any) -> Callable[[Any, dict[str, Any]], dict[str, Any]]:
    def options(env_id: Any, given: dict[str, Any]) -> dict[str, Any]:
        """`given`, rendering "rgb_array" where the script asks for no rendering and the environment can."""
        chosen = settings.wrapped_run()
        if "render_mode" in given or not chosen or not chosen.get("frames", True):
            return given
        try:
            spec = gymnasium.spec(env_id) if isinstance(env_id, str) else env_id
            creator = spec.entry_point
            if isinstance(creator, str):
                creator = gymnasium.envs.registration.load_env_creator(creator)
            modes = getattr(creator, "metadata", {}).get("render_modes", [])
        except Exception:  # make itself will say what is wrong with the id
            return given
        if "rgb_array" not in modes or "render_mode" in spec.kwargs:
            return given
        settings.quiet_sdl()
        return {**given, "render_mode": "rgb_array"}

    return options


def _logging(make: Callable[..., Any], options: Callable[[Any, dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
    def made(id: Any, *arguments: Any, **given: Any) -> Any:
        from .auto_wrapped_env import SelfLoggingEnv, SelfLoggingVectorEnv

        env = make(id, *arguments, **options(id, given))
        return SelfLoggingVectorEnv(env) if hasattr(env, "num_envs") else SelfLoggingEnv(env)

    made.__name__, made.__doc__, made.__wrapped__ = make.__name__, make.__doc__, make  # type: ignore[attr-defined]
    return made


def current_run() -> Run | None:
    """This process's part in the run; joins it at the first call. None when that failed, which has been said."""
    global _run, _process
    chosen = settings.wrapped_run()
    if chosen is None or _process == os.getpid():
        return _run
    _process = os.getpid()
    _slots.clear()
    try:
        from .run import Run

        _run = Run(
            chosen["name"],
            home=chosen["home"],
            run_id=chosen["run_id"],
            agent_id=chosen.get("agent_id") or "default",
            record=chosen.get("record"),
        )
        _close_when_terminated(_run)
    except DuallaneError as error:
        _run = None
        log.warning("This process is not watched: %s", error.sentence)
        return None
    try:
        with open(chosen["joined"], "a", encoding="utf-8") as joined:
            joined.write(f"{_run.worker_id}\n")
    except OSError as error:  # the command is over, and this process lives on without it
        log.info("Nobody waits for this process any more (%s); its run ends with it.", error)
    return _run


def _close_when_terminated(run: Run) -> None:
    """A subprocess per environment is mostly ended by SIGTERM, which asks nobody: its rows go first."""
    if multiprocessing.parent_process() is None or threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return

    def close(number: int, _frame: Any) -> None:
        run.close("succeeded", "its process was ended", timeout=settings.TERMINATED_SECONDS)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, close)


def take_slot(holder: Any) -> int:
    """The lowest slot that no living environment of this process has; free again with its holder."""
    slot = next(number for number in range(len(_slots) + 1) if number not in _slots)
    _slots.add(slot)
    weakref.finalize(holder, _slots.discard, slot).atexit = False
    return slot
