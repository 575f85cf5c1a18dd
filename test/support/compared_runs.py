"""Runs of known algorithms over seeds, and what a comparison of them must say: compared_runs.py HOME prints it as JSON.

The figures are computed here from rows read back out of history, by plain loops that share no code with the page or the package.
"""

import json
import math
import sys
import time
from statistics import median

import duallane
import duallane.run as run_module
import numpy as np
from duallane.catalogue import runs as known_runs

home = sys.argv[1]
EPISODES, BUDGET, BASELINE = 40, 500, "steady"
LEVELS = {
    "steady": (20.0, 5),
    "higher": (30.0, 5),
    "alike": (20.0, 5),
    "few": (25.0, 2),
}
LOSS = "losses/policy-loss"


# A clock that goes by episodes: how busy this machine is makes no difference.
clock = {"ns": 0}
run_module.time_ns = lambda: clock["ns"]


def train(algo: str, seed: int, number: int) -> None:
    rng = np.random.default_rng(100 + number)
    config = {"algo": algo, "env_id": "walk", "seed": seed, "total_timesteps": BUDGET}
    with duallane.Run(
        algo, home=home, config=config, frames_per_second=0, worker_id="first"
    ) as run:
        clock["ns"] = time.time_ns()
        for episode in range(EPISODES // 2):
            end_episode(run, rng, algo, seed, episode)
        run.flush()
        clock["ns"] += 600_000_000 * (seed == 0)
        later = duallane.Run(
            algo, home=home, run_id=run.run_id, worker_id="later", frames_per_second=0
        )
        with later:
            for episode in range(EPISODES // 2, EPISODES):
                end_episode(later, rng, algo, seed, episode)


def end_episode(
    run: duallane.Run, rng: np.random.Generator, algo: str, seed: int, episode: int
) -> None:
    clock["ns"] += 100_000_000
    # Falls through zero: an axis may be negative.
    run.log({LOSS: math.exp(-(episode + seed / 10) / 12) - 0.5})
    total = LEVELS[algo][0] * (1 - math.exp(-episode / 8)) + rng.normal(0, 2)
    run.log_episode(
        round(total, 3), 5 + seed + episode % 3, terminated=True, episode=episode
    )


def read(question: str) -> dict[str, list[dict]]:
    """Rows by run, in the order they came."""
    found: dict[str, list[dict]] = {}
    for row in duallane.sql(question, home=home).to_pylist():
        found.setdefault(row["run_id"], []).append(row)
    return found


def points_of(
    run_id: str, created: float, axis: str
) -> list[tuple[float, float, float, int]]:
    """x, y, seconds and episode of each episode, in the order of x."""
    points, steps = [], 0
    ended = {
        worker: [row["at"] for row in episodes[run_id] if row["worker_id"] == worker]
        for worker in ("first", "later")
    }
    pause = max(0.0, ended["later"][0] - ended["first"][-1])
    for nth, row in enumerate(episodes[run_id], 1):
        steps += row["steps"]
        seconds = row["at"] - created
        loss = [each["value"] for each in losses[run_id] if each["at"] <= row["at"]]
        x = {
            "step": steps,
            "episode": nth,
            "time": seconds,
            "process": seconds - pause * (row["worker_id"] == "later"),
            "budget": steps / BUDGET,
            f"metric:{LOSS}": loss[-1],
        }[axis]
        points.append((x, row["total_reward"], seconds, row["episode_index"]))
    return sorted(points, key=lambda point: point[0])


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def middle_half(values: list[float]) -> float:
    cut = len(values) // 4
    return mean(sorted(values)[cut : len(values) - cut])


def figures(axis: str) -> dict:
    curves = {
        run.run_id: points_of(run.run_id, run.created_at_s, axis) for run in of_home
    }
    at = min(points[-1][0] for points in curves.values())
    low = min(0.0, *(points[0][0] for points in curves.values()))
    scores, areas = {}, {}
    for algo in LEVELS:
        ours = [curves[run.run_id] for run in of_home if run.name == algo]
        scores[algo] = [score(points, low + 0.9 * (at - low), at) for points in ours]
        areas[algo] = [
            height([point for point in points if point[0] <= at]) for points in ours
        ]
    level = middle_half(scores[BASELINE])
    groups = {}
    for algo in LEVELS:
        ours = [curves[run.run_id] for run in of_home if run.name == algo]
        came = [
            first for points in ours if (first := first_at(points, level)) is not None
        ]
        wins = [
            (a > b) + 0.5 * (a == b) for a in scores[algo] for b in scores[BASELINE]
        ]
        groups[algo] = {
            "n": len(ours),
            "value": middle_half(scores[algo]),
            "area": mean(areas[algo]),
            "reached": len(came),
            "reachedX": median(x for x, _ in came) if came else None,
            "reachedSeconds": median(seconds for _, seconds in came) if came else None,
            "difference": middle_half(scores[algo]) - level,
            "improvement": mean(wins),
        }
    return {"at": at, "threshold": level, "groups": groups, "points": curves}


def score(points: list, after: float, at: float) -> float:
    """The mean of the last tenth of the way; where nothing was logged there, what was last."""
    upto = [point for point in points if point[0] <= at]
    return mean([y for x, y, *_ in upto if x > after] or [upto[-1][1]])


def smoothed(points: list) -> list[float]:
    """Means of the last hundred, of fewer at the beginning."""
    return [
        mean([y for _, y, *_ in points[max(0, at - 99) : at + 1]])
        for at in range(len(points))
    ]


def height(points: list) -> float:
    ys = smoothed(points)
    area = sum(
        (b[0] - a[0]) * (ya + yb) / 2
        for a, b, ya, yb in zip(points, points[1:], ys, ys[1:], strict=False)
    )
    return area / (points[-1][0] - points[0][0])


def first_at(points: list, level: float) -> tuple[float, float] | None:
    found = (
        point for point, y in zip(points, smoothed(points), strict=True) if y >= level
    )
    point = next(found, None)
    return None if point is None else (point[0], point[2])


class Named:
    def __init__(self, run: object) -> None:
        self.run_id, self.name = run.run_id, run.name
        # Whole milliseconds, as every list of runs tells them.
        self.created_at_s = (
            math.floor((run.created_at - epoch).total_seconds() * 1000) / 1000
        )


number = 0
for algo, (_, seeds) in LEVELS.items():
    for seed in range(seeds):
        train(algo, seed, number)
        number += 1

epoch = type(known_runs(home)[0].created_at)(1970, 1, 1)
of_home = [Named(run) for run in known_runs(home) if run.name in LEVELS]
episodes = read(
    "SELECT run_id, worker_id, total_reward, steps, episode_index, epoch_us(ts) / 1e6 AS at FROM episodes ORDER BY seq_id"
)
losses = read(
    f"SELECT run_id, value, epoch_us(ts) / 1e6 AS at FROM metrics WHERE name = '{LOSS}' ORDER BY ts"
)
axes = ("step", "episode", "time", "process", "budget", f"metric:{LOSS}")
names = {run.run_id: run.name for run in of_home}
print(json.dumps({"names": names, "axes": {axis: figures(axis) for axis in axes}}))
