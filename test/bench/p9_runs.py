"""Fifty ended runs of ten groups with a learning curve each: what P9 compares. Prints their ids as JSON."""

import json
import sys

import duallane
import numpy as np


def main(home: str, runs: int, episodes: int) -> None:
    ids = []
    for number in range(runs):
        group, seed = divmod(number, 5)
        rng = np.random.default_rng(number)
        returns = 200 * (1 - np.exp(-np.arange(episodes) * 5 / episodes)) * (
            1 - group / 20
        ) + rng.normal(0, 20, episodes)
        with duallane.Run(
            f"p9-{episodes}-{group}",
            {"group": group, "seed": seed},
            home=home,
            frames_per_second=0,
        ) as run:
            for value in returns.tolist():
                run.log_episode(value, 100, terminated=True)
        ids.append(run.run_id)
    print(json.dumps(ids))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
