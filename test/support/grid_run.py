"""FrozenLake as a user wraps it, without frames, ten steps a second until stdin ends. Prints {"run_id"} first.

python grid_run.py --home DIR
"""

import argparse
import json
import select
import sys

import duallane
import gymnasium


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--home", required=True)
    run = duallane.Run("frozen lake", home=options.parse_args().home)
    print(json.dumps({"run_id": run.run_id}), flush=True)
    env = run.wrap(gymnasium.make("FrozenLake-v1", is_slippery=False))
    env.reset(seed=7)
    way = (1, 1, 2, 1, 2, 2)  # down and right, around the holes
    turn = 0
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        over = env.step(way[turn % len(way)])[2:4]
        turn += 1
        if any(over):
            env.reset()
    run.close()


if __name__ == "__main__":
    main()
