"""A training run that does what a test says: one JSON command a line on stdin, one JSON answer a line on stdout.

    python driven_run.py --home DIR --name NAME [--frames WxH]
    {"steps": 1000, "per_second": 0}   logs steps (as fast as it goes for 0)
    {"values": {"loss": 0.5}, "at": 10}  logs values by name
    {"flush": true}                    waits until everything is durable
    {"end": "succeeded"}               closes the run and ends

Two agents in two episodes at a time. The reward of a step is its number, from 0: row seq_id holds reward seq_id - 1.
Answers: {"run_id"} first, then {"steps", "episodes", "unsent", "lost", "published"} for each command.
"""

import argparse
import json
import sys
import time

import duallane
import numpy as np

AGENTS = ("red", "blue")
SLOTS = 2
EPISODE_STEPS = 25


class DrivenRun:
    """Logs numbered steps; `steps`, `episodes` and `published` (frames) count what was logged."""

    def __init__(self, run: duallane.Run, frame: np.ndarray | None) -> None:
        self.run = run
        self.frame = frame
        self.steps = self.episodes = self.published = 0

    def step(self) -> None:
        number = self.steps
        stream, at = number % (len(AGENTS) * SLOTS), number // (len(AGENTS) * SLOTS)
        agent, slot = AGENTS[stream % len(AGENTS)], stream // len(AGENTS)
        episode, step = at // EPISODE_STEPS * SLOTS + slot, at % EPISODE_STEPS
        is_over = step == EPISODE_STEPS - 1
        self.run.log_step(
            float(number),
            terminated=is_over,
            episode=episode,
            step=step,
            agent_id=agent,
            env_slot=slot,
            action=number % 3,
        )
        self.steps += 1
        if is_over:
            self.run.log_episode(
                float(episode),
                EPISODE_STEPS,
                terminated=True,
                episode=episode,
                agent_id=agent,
                env_slot=slot,
            )
            self.episodes += 1

    def show(self) -> None:
        """Publishes a frame that says which one it is: a bar as long as its number."""
        if self.frame is None:
            return
        self.frame[:] = (20, 40, 60)
        self.frame[:, : self.published % self.frame.shape[1] + 1] = (230, 159, 0)
        self.published += self.run.publish_frame(
            self.frame, reward=1.0, total_reward=float(self.steps), step=self.steps
        )

    def train(self, steps: int, per_second: float) -> None:
        began, next_frame = time.monotonic(), 0.0
        for done in range(1, steps + 1):
            self.step()
            now = time.monotonic()
            if now >= next_frame:
                self.show()
                next_frame = now + 1 / 30
            ahead = done / per_second - (now - began) if per_second else 0.0
            if ahead > 0.005:
                time.sleep(ahead)

    def answer(self) -> None:
        counts = {
            "steps": self.steps,
            "episodes": self.episodes,
            "published": self.published,
        }
        say({**counts, "unsent": self.run.unsent_rows, "lost": self.run.lost_rows})


def say(message: dict[str, object]) -> None:
    print(json.dumps(message), flush=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--home", required=True)
    options.add_argument("--name", default="driven")
    options.add_argument("--frames", help="WIDTHxHEIGHT")
    chosen = options.parse_args()
    width, _, height = (chosen.frames or "").partition("x")
    frame = np.zeros((int(height), int(width), 3), np.uint8) if chosen.frames else None
    run = duallane.Run(chosen.name, home=chosen.home)
    driven = DrivenRun(run, frame)
    say({"run_id": run.run_id})
    for line in sys.stdin:
        command = json.loads(line)
        if "steps" in command:
            driven.train(command["steps"], command.get("per_second", 0.0))
        elif "values" in command:
            run.log(command["values"], step=command["at"])
        elif "flush" in command:
            run.flush(60)
        else:
            run.close(command["end"])
        driven.answer()
        if "end" in command:
            return
    run.close("canceled")


if __name__ == "__main__":
    main()
