"""Three tabular algorithms on the cliff walk of Sutton and Barto (2018), example 6.6: what example 05 compares.

    python tabular_control.py --algorithms sarsa q-learning --seeds 5 --episodes 300

Sarsa learns the safe way around the cliff, Q-learning the shortest one along its edge, off which its own exploration
throws it: its return while learning is lower, though what it learned is better.
"""

from __future__ import annotations

import argparse

import duallane
import gymnasium
import numpy as np

ALGORITHMS = ("sarsa", "expected-sarsa", "q-learning")


def train(algorithm: str, seed: int, episodes: int, *, alpha: float = 0.5, epsilon: float = 0.1) -> str:
    """One run, logged step by step; returns its id."""
    config = {
        "algo": algorithm,
        "env_id": "CliffWalking-v1",
        "seed": seed,
        "episodes": episodes,
        "learning": {"alpha": alpha, "epsilon": epsilon, "gamma": 1.0},
    }
    with duallane.Run(algorithm, config=config, frames_per_second=0) as run:
        env = run.wrap(gymnasium.make("CliffWalking-v1", max_episode_steps=500))
        learn(env, algorithm, np.random.default_rng(seed), episodes, alpha, epsilon)
        env.close()
    return run.run_id


def learn(
    env: gymnasium.Env, algorithm: str, rng: np.random.Generator, episodes: int, alpha: float, epsilon: float
) -> None:
    values = np.zeros((env.observation_space.n, env.action_space.n))

    def act(state: int) -> int:
        if rng.random() < epsilon:
            return int(rng.integers(values.shape[1]))
        best = np.flatnonzero(values[state] == values[state].max())
        return int(rng.choice(best))

    for _ in range(episodes):
        state, _ = env.reset(seed=int(rng.integers(2**31)))
        action, is_over = act(state), False
        while not is_over:
            following, reward, terminated, truncated, _ = env.step(action)
            next_action = act(following)
            if algorithm == "sarsa":
                ahead = values[following, next_action]
            elif algorithm == "q-learning":
                ahead = values[following].max()
            else:
                ahead = (1 - epsilon) * values[following].max() + epsilon * values[following].mean()
            values[state, action] += alpha * (reward + (not terminated) * ahead - values[state, action])
            state, action, is_over = following, next_action, terminated or truncated


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--algorithms", nargs="+", choices=ALGORITHMS, default=ALGORITHMS)
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--first-seed", type=int, default=0)
    options.add_argument("--episodes", type=int, default=300)
    chosen = options.parse_args()
    for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds):
        for algorithm in chosen.algorithms:
            print(algorithm, seed, train(algorithm, seed, chosen.episodes), flush=True)
