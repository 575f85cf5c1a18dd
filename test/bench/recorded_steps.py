"""How many steps of an environment at full speed have a frame when each is asked for: `recorded_steps.py [cart] [shaded]`.

Prints a line for each: steps a second, and the share that is recorded. Figures of src/README.md's decision on recordings.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import duallane
import gymnasium
import numpy as np
from duallane._contract import duallane_pb2 as pb
from duallane.catalogue import history_of


class Shaded(gymnasium.Env):
    """640x480, lit and grained, as a 3D renderer makes it in 10 ms."""

    render_mode = "rgb_array"
    observation_space = gymnasium.spaces.Box(0, 1, (2,))
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, steps: int) -> None:
        grain = np.random.default_rng(1).integers(0, 16, (480, 640, 1))
        shade = np.linspace(40, 200, 640)[None, :, None] * np.array([1, 0.8, 0.6])
        self._pictures = [
            np.roll(shade + grain, 9 * at, axis=1).astype(np.uint8) for at in range(16)
        ]
        self.metadata = {"render_modes": ["rgb_array"], "render_fps": 30}
        self._steps = steps
        self._at = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._at = 0
        return np.zeros(2, np.float32), {}

    def step(self, action):
        self._at += 1
        return np.zeros(2, np.float32), 1.0, False, self._at >= self._steps, {}

    def render(self):
        until = time.perf_counter() + 0.01
        while time.perf_counter() < until:
            pass
        return self._pictures[self._at % 16]


def is_read(run: duallane.Run) -> bool:
    with history_of(run.home) as daemon:
        return daemon.ListRecordings(pb.ListRecordingsRequest(run_id=run.run_id)).live


def wait(run: duallane.Run, is_live: bool) -> None:
    for _ in range(600):
        if is_read(run) == is_live:
            return
        time.sleep(0.1)
    raise SystemExit("the daemon does not read the frames")


def measure(
    name: str, env: gymnasium.Env, home: Path, episodes: int, every: int
) -> None:
    record = {"every": every, "every_step": True, "budget_mb": 2000}
    with duallane.Run(name, home=home, record=record) as run:
        wrapped = run.wrap(env)
        wrapped.reset(seed=0)
        wrapped.render()
        wait(run, True)
        steps, asked, began = 0, 0, time.perf_counter()
        for episode in range(1, episodes + 1):
            seen, _ = wrapped.reset(seed=episode)
            over = False
            while not over:
                seen, _, terminated, truncated, _ = wrapped.step(
                    int(seen.size == 4 and seen[2] + seen[3] / 2 > 0)
                )
                over = terminated or truncated
                steps += 1
                asked += episode % every == 0
        rate = steps / (time.perf_counter() - began)
    wait(run, False)
    found = duallane.recordings(run)
    frames, size = sum(one.frames for one in found), sum(one.bytes for one in found)
    share = f"{frames} of {asked} recorded ({100 * frames / asked:.1f} %)"
    print(
        f"{name}, every {every}: {rate:.0f} steps/s, {share}, {size / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


home = Path(tempfile.mkdtemp(prefix="dlb-"))
try:
    chosen = sys.argv[1:] or ["cart", "shaded"]
    if "cart" in chosen:
        measure(
            "CartPole 600x400",
            gymnasium.make("CartPole-v1", render_mode="rgb_array"),
            home,
            4,
            1,
        )
    if "shaded" in chosen:
        measure("shaded 640x480", Shaded(300), home, 2, 1)
        measure("shaded 640x480", Shaded(200), home, 9, 3)
finally:
    os.kill(json.loads((home / "daemon.json").read_text())["pid"], signal.SIGTERM)
    time.sleep(1)
    shutil.rmtree(home, ignore_errors=True)
