"""Real runs whose episodes are recorded, for browser tests: record_episodes.py HOME prints the ids of its runs as JSON."""

import json
import sys
import time

import duallane
import gymnasium
import numpy as np
from duallane._contract import duallane_pb2 as pb
from duallane.catalogue import history_of

home = sys.argv[1]


def until_read(run: duallane.Run) -> None:
    """Waits until the daemon's thread reads the run's frames."""
    for _ in range(600):
        with history_of(home) as daemon:
            if daemon.ListRecordings(pb.ListRecordingsRequest(run_id=run.run_id)).live:
                return
        time.sleep(0.05)
    raise SystemExit("the frames of the run are not read")


def play(run: duallane.Run, env: gymnasium.Env, seeds: list[int], pause: float) -> None:
    """One episode for each seed; the second of a seed acts otherwise from its tenth step on."""
    seen: set[int] = set()
    for seed in seeds:
        env.reset(seed=seed)
        env.action_space.seed(seed)
        over, step = False, 0
        while not over:
            action = env.action_space.sample()
            if seed in seen and step == 9:
                action = (
                    1 - action
                    if env.action_space.n == 2
                    else (action + 1) % int(env.action_space.n)
                )
            _, _, terminated, truncated, _ = env.step(action)
            run.log(value=10.0 - step)
            if seed == 6 and step == 6:
                run.event("lost_balance")
            over, step = terminated or truncated, step + 1
            time.sleep(pause)
        seen.add(seed)


with duallane.Run(
    "cart-recorded", home=home, record={"every": 1, "every_step": True}
) as cart:
    until_read(cart)
    play(
        cart,
        cart.wrap(gymnasium.make("CartPole-v1", render_mode="rgb_array")),
        [5, 6, 5, 7],
        0.005,
    )

with duallane.Run("lake-plain", home=home) as lake:
    play(
        lake,
        lake.wrap(gymnasium.make("FrozenLake-v1", is_slippery=False)),
        [1, 2, 3],
        0.0,
    )

with duallane.Run("pixels-in-rows", home=home) as pixels:
    for at in range(4):
        picture = [[[x * 30, y * 40, at * 60] for x in range(8)] for y in range(6)]
        pixels.log_step(
            1.0,
            at == 3,
            render_payload={"mode": "rgb_array", "rgb": picture},
            action=at,
        )
    pixels.log_episode(4.0, 4, True)

with duallane.Run("frames-with-gaps", home=home, record=1) as gaps:
    # Frames of steps 0 and 2 alone; step 1 has a payload, step 3 nothing.
    gaps.publish_frame(np.zeros((6, 8, 3), np.uint8), episode=9)
    until_read(gaps)
    for at in range(4):
        if at in (0, 2):
            gaps.publish_frame(
                np.full((6, 8, 3), 40 + at, np.uint8), episode=0, step=at
            )
        payload = {"mode": "rgb_array", "rgb": picture} if at == 1 else None
        gaps.log_step(1.0, at == 3, render_payload=payload, action=at)
        time.sleep(0.2)
    gaps.log_episode(4.0, 4, True)

with duallane.Run("shaded", home=home, record=1) as shaded:
    # A lit ground with grain: what hardly packs without a loss.
    grain = np.random.default_rng(1).integers(0, 16, (240, 320, 1))
    shade = np.linspace(40, 200, 320)[None, :, None] * np.array([1.0, 0.8, 0.6])
    frames = [
        np.roll(shade + grain, 9 * at, axis=1).astype(np.uint8) for at in range(5)
    ]
    shaded.publish_frame(frames[0], episode=9)
    until_read(shaded)
    for at, frame in enumerate(frames):
        shaded.publish_frame(frame, episode=0, step=at)
        shaded.log_step(1.0, at == 4, action=at)
        time.sleep(0.2)
    shaded.log_episode(5.0, 5, True)

print(
    json.dumps(
        {
            "cart": cart.run_id,
            "lake": lake.run_id,
            "pixels": pixels.run_id,
            "gaps": gaps.run_id,
            "shaded": shaded.run_id,
        }
    )
)
