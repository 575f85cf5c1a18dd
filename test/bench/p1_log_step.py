"""P1: what logging one step costs the training loop. Prints one JSON object; ns per call, median and p99.

Compared in the same run with a JSON line (what a worker without the SDK pays), with TensorBoard, W&B offline and Trackio where they
are installed (p1_peers.py), and with a list append (the floor); and the slow-down of two real loops, without frames (P4 is theirs).
What others print goes to stderr. Needs the Node bundle for the daemon: `npm run build:node`. Usage: python test/bench/p1_log_step.py [calls]
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Linear algebra in one thread: its others spin, which is no cost of ours and hides it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2] / "python-shim"))
sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

import duallane
import numpy as np
import p1_peers
from duallane.bench.figures import nanoseconds_of
from duallane.bench.steps import step_logs
from duallane.home import read_daemon


def measure(call: Callable[[int], object], calls: int) -> dict[str, int]:
    """ns per call."""
    median, p99 = nanoseconds_of(call, calls)
    return {"median_ns": round(median), "p99_ns": round(p99)}


class NoRun:
    """What the PPO example uses of a run, without any of it."""

    def wrap(self, env: Any, **_options: Any) -> Any:
        return env

    def log(self, *_values: Any, **_named: Any) -> None:
        return None


def random_loop(steps: int, run: Any) -> None:
    """CartPole with a small policy's forward pass."""
    import gymnasium

    env = run.wrap(gymnasium.make("CartPole-v1"))
    first, second = (
        np.random.default_rng(0).normal(size=(4, 64)),
        np.random.default_rng(1).normal(size=(64, 2)),
    )
    observation, _ = env.reset(seed=0)
    for _ in range(steps):
        action = int(np.argmax(np.tanh(np.tanh(observation @ first) @ second)))
        observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            observation, _ = env.reset()


def ppo_loop(steps: int, run: Any) -> None:
    """The PPO example: eight environments, rollouts and updates."""
    from ppo_cartpole import train

    train(run, steps, 8, 128, 1e-3, 1)


def slower(
    loop: Callable[[int, Any], None], steps: int, run: Any, pairs: int
) -> dict[str, float]:
    """How much longer a logged loop takes than a bare one, median of `pairs` turns each: by the clock, and in the training
    thread's CPU time and that of the whole process, which a busy machine harms less.

    A turn is longer than rows wait for their batch, and a logged one ends when all of its rows are in batches: what the
    background does for it is in its time and in no bare turn's.
    """
    sides: dict[bool, list[tuple[float, float, float]]] = {False: [], True: []}
    for logger in (NoRun(), run):
        loop(max(steps // 10, 1_024), logger)
    run.flush(60)
    for pair in range(pairs):
        for is_logged in (False, True) if pair % 2 else (True, False):
            before = time.perf_counter(), time.thread_time(), time.process_time()
            loop(steps, run if is_logged else NoRun())
            if is_logged:
                run._recorder.flush()
            after = time.perf_counter(), time.thread_time(), time.process_time()
            sides[is_logged].append(
                tuple(end - start for start, end in zip(before, after, strict=True))
            )
            run.flush(60)
    bare, logged = (np.median(sides[is_logged], axis=0) for is_logged in (False, True))
    names = ("clock", "thread_cpu", "process_cpu")
    told = {
        f"slower_percent_{name}": round((logged[i] / bare[i] - 1) * 100, 1)
        for i, name in enumerate(names)
    }
    return {
        **told,
        "bare_us_per_step": round(bare[0] / steps * 1e6, 2),
        "logged_us_per_step": round(logged[0] / steps * 1e6, 2),
    }


def main(calls: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="dlb-"))
    is_small = calls <= 10_000
    pairs = 1 if is_small else 7
    with open(os.devnull, "w") as lines:
        try:
            with duallane.Run("p1", home=home, frames_per_second=0) as run:
                results: dict[str, Any] = {
                    name: measure(call, calls)
                    for name, call in step_logs(run, lines).items()
                }
                # What a loop pays is its own: no million rows on their way, no other library's threads.
                run.flush(60)
                results["CartPole loop"] = slower(
                    random_loop, 2_000 if is_small else 200_000, run, pairs
                )
                results["PPO on CartPole"] = slower(
                    ppo_loop, 2_048 if is_small else 81_920, run, pairs
                )
                results |= p1_peers.measured(
                    home, lambda log: measure(log, min(calls, p1_peers.CALLS_MAX))
                )
            print(
                json.dumps(
                    {
                        "P1": results,
                        "calls": calls,
                        "lost_rows": run.lost_rows,
                        "unsent_rows": run.unsent_rows,
                        "load": round(os.getloadavg()[0], 1),
                    }
                )
            )
        finally:
            known = read_daemon(home)
            if known is not None:
                os.kill(known.pid, signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
