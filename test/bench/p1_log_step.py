"""P1: what logging one step costs the training loop. Prints one JSON object; ns per call, median and p99.

Compared in the same run with a JSON line to a pipe's buffer (what a worker without the SDK pays) and with a list append
(the floor). Needs the Node bundle for the daemon: `npm run build:node`. Usage: python test/bench/p1_log_step.py [calls]
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "python-shim"))

import duallane
import numpy as np
from duallane.home import read_daemon

OBSERVATION = np.zeros(4, np.float32)


def measure(call: Callable[[int], object], calls: int) -> dict[str, float]:
    """ns per call, without the clock's own cost."""
    clock = time.perf_counter_ns
    spent = np.empty(calls, np.int64)
    began = clock()
    for i in range(calls):
        before = clock()
        call(i)
        spent[i] = clock() - before
    whole = (clock() - began) / calls
    empty = np.empty(10_000, np.int64)
    for i in range(10_000):
        before = clock()
        empty[i] = clock() - before
    own = float(np.median(empty))
    median, p99 = np.percentile(spent, [50, 99]) - own
    return {
        "median_ns": round(float(median)),
        "p99_ns": round(float(p99)),
        "mean_with_loop_ns": round(whole),
    }


def loop_seconds(steps: int, run: duallane.Run | None) -> float:
    """A CartPole loop with a small policy's forward pass, logged or not."""
    import gymnasium

    env = gymnasium.make("CartPole-v1")
    env = run.wrap(env) if run is not None else env
    first, second = (
        np.random.default_rng(0).normal(size=(4, 64)),
        np.random.default_rng(1).normal(size=(64, 2)),
    )
    observation, _ = env.reset(seed=0)
    began = time.perf_counter()
    for _ in range(steps):
        action = int(np.argmax(np.tanh(np.tanh(observation @ first) @ second)))
        observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            observation, _ = env.reset()
    return time.perf_counter() - began


def main(calls: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="dlb-"))
    sink: list[object] = []
    with open(os.devnull, "w") as lines:

        def json_line(i: int) -> None:
            step = {"type": "step", "episode": i // 200, "step": i % 200, "reward": 1.0, "terminated": False,
                    "truncated": False, "action": 1, "observation": OBSERVATION.tolist()}  # fmt: skip
            lines.write(json.dumps(step) + "\n")

        try:
            with duallane.Run("p1", home=home) as run:
                log = run.log_step
                results = {
                    "list append": measure(sink.append, calls),
                    "log_step": measure(
                        lambda i: log(
                            1.0, False, False, episode=i // 200, step=i % 200, action=1
                        ),
                        calls,
                    ),
                    "log_step, observation of 4 floats": measure(
                        lambda i: log(
                            1.0,
                            False,
                            False,
                            episode=i // 200,
                            step=i % 200,
                            action=1,
                            observation=OBSERVATION,
                        ),
                        calls,
                    ),
                    "JSON line": measure(json_line, calls),
                }
                steps = max(calls // 20, 2_000)
                pairs = [
                    (loop_seconds(steps, None), loop_seconds(steps, run))
                    for _ in range(5)
                ]
            bare, logged = (
                statistics.median(side) for side in zip(*pairs, strict=True)
            )
            results["CartPole loop"] = {
                "bare_us_per_step": round(bare / steps * 1e6, 2), "logged_us_per_step": round(logged / steps * 1e6, 2),
                "slower_percent": round((logged / bare - 1) * 100, 1),
            }  # fmt: skip
            print(
                json.dumps(
                    {
                        "P1": results,
                        "calls": calls,
                        "lost_rows": run.lost_rows,
                        "unsent_rows": run.unsent_rows,
                    }
                )
            )
        finally:
            known = read_daemon(home)
            if known is not None:
                os.kill(known.pid, signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
