"""A worker that knows nothing of Duallane: it plays a gridworld and prints JSON lines.

    duallane run --name gridworld -- python any_worker.py

One object per line on standard output. A step carries what happened and, if you like, a picture: a grid of words, or
RGB pixels. Everything else on standard output is counted and kept in the run's log. The agent learns by tabular
Q-learning to reach the goal of a frozen lake without falling through the ice. Only the standard library is used.
"""

import argparse
import base64
import json
import random
import sys
import time

LAKE = ["SFFF", "FHFH", "FFFH", "HFFG"]
SIZE = 4
MOVES = [(0, -1), (1, 0), (0, 1), (-1, 0)]  # left, down, right, up
COLOURS = {
    "S": (230, 230, 230),
    "F": (190, 215, 235),
    "H": (40, 60, 90),
    "G": (230, 160, 40),
    "agent": (0, 114, 178),
}
CELL_PIXELS = 24
MARGIN_PIXELS = 6


def emit(line: dict) -> None:
    """One line, at once: a pipe would hold it back otherwise."""
    print(json.dumps(line), flush=True)


def grid_picture(position: tuple[int, int]) -> dict:
    grid = [list(row) for row in LAKE]
    return {
        "mode": "grid",
        "grid": grid,
        "agent_position": list(position),
        "game_id": "FrozenLake",
    }


def rgb_picture(position: tuple[int, int]) -> dict:
    """The same as pixels: height x width x 3 bytes, rows first, in base64."""
    side = SIZE * CELL_PIXELS
    agent = bytes(COLOURS["agent"]) * (CELL_PIXELS - 2 * MARGIN_PIXELS)
    pixels = bytearray()
    for y in range(side):
        row = y // CELL_PIXELS
        for col in range(SIZE):
            ground = bytes(COLOURS[LAKE[row][col]])
            if (row, col) == position and MARGIN_PIXELS <= y % CELL_PIXELS < CELL_PIXELS - MARGIN_PIXELS:
                pixels += ground * MARGIN_PIXELS + agent + ground * MARGIN_PIXELS
            else:
                pixels += ground * CELL_PIXELS
    return {
        "mode": "rgb_array",
        "shape": [side, side, 3],
        "data": base64.b64encode(pixels).decode(),
    }


def move(position: tuple[int, int], action: int) -> tuple[int, int]:
    return tuple(min(max(old + by, 0), SIZE - 1) for old, by in zip(position, MOVES[action], strict=True))


def best(values: list[float]) -> int:
    top = max(values)
    return random.choice([action for action, value in enumerate(values) if value == top])


def play(episode: int, table: dict, picture, pause: float) -> None:
    position, total, exploration = (0, 0), 0.0, max(0.05, 1.0 - episode / 150)
    for step in range(100):
        values = table.setdefault(position, [0.0] * len(MOVES))
        action = random.randrange(len(MOVES)) if random.random() < exploration else best(values)
        following = move(position, action)
        letter = LAKE[following[0]][following[1]]
        reward, terminated, truncated = float(letter == "G"), letter in "HG", step == 99
        future = 0.0 if terminated else max(table.setdefault(following, [0.0] * len(MOVES)))
        values[action] += 0.5 * (reward + 0.95 * future - values[action])
        position, total = following, total + reward
        emit(
            {
                "type": "step",
                "episode_index": episode,
                "step_index": step,
                "action": action,
                "observation": {"position": {"row": position[0], "col": position[1]}},
                "reward": reward,
                "terminated": terminated,
                "truncated": truncated,
                "render_payload": picture(position),
            }
        )
        time.sleep(pause)
        if terminated:
            break
    emit(
        {
            "type": "episode",
            "episode_index": episode,
            "total_reward": total,
            "steps": step + 1,
            "terminated": terminated,
            "truncated": truncated and not terminated,
        }
    )


def main() -> None:
    options = argparse.ArgumentParser(description="A frozen-lake worker that prints JSON lines.")
    options.add_argument("--episodes", type=int, default=400)
    options.add_argument("--picture", choices=["grid", "rgb"], default="rgb")
    options.add_argument(
        "--pause",
        type=float,
        default=0.002,
        help="seconds between two steps, to watch it",
    )
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    random.seed(chosen.seed)
    table: dict = {}
    emit({"event": "run_started"})
    for episode in range(chosen.episodes):
        play(
            episode,
            table,
            grid_picture if chosen.picture == "grid" else rgb_picture,
            chosen.pause,
        )
    print(f"{len(table)} states visited", file=sys.stderr)
    emit({"event": "run_completed"})


if __name__ == "__main__":
    main()
