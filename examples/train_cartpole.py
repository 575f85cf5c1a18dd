"""Trains CartPole agents with a policy gradient in plain numpy, and logs every step.

    python train_cartpole.py                       # one agent, 1,500 episodes
    python train_cartpole.py --agents 2 --steps 100000 --pace 2000

Two lines are Duallane's: `duallane.Run(...)` and `run.wrap(...)`. Watch it from any notebook on this machine with
`duallane.live("cartpole")`. Several agents play in turns, so that several episodes are under way at a time.
"""

import argparse
import time

import duallane
import gymnasium
import numpy as np

HIDDEN_UNITS = 16
DISCOUNT = 0.98


class PolicyGradient:
    """REINFORCE: a small network says how likely it pushes right; each finished episode improves it."""

    def __init__(self, observation_size: int, learning_rate: float, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.learning_rate = learning_rate
        self.inner = self.random.normal(0.0, 0.3, (observation_size, HIDDEN_UNITS))
        self.outer = np.zeros(HIDDEN_UNITS)
        self.seen: list[tuple[np.ndarray, np.ndarray, float, float]] = []

    def act(self, observation: np.ndarray) -> int:
        """0 pushes left, 1 right."""
        hidden = np.tanh(observation @ self.inner)
        right = 1.0 / (1.0 + np.exp(-hidden @ self.outer))
        action = int(self.random.random() < right)
        self.seen.append((observation, hidden, action - right, 0.0))
        return action

    def reward(self, reward: float) -> None:
        self.seen[-1] = (*self.seen[-1][:3], reward)

    def learn(self) -> None:
        """One gradient step over the episode that has just ended."""
        observations, hidden, surprise, rewards = (np.array(column) for column in zip(*self.seen, strict=True))
        self.seen.clear()
        returns, following = np.zeros(len(rewards)), 0.0
        for step in range(len(rewards) - 1, -1, -1):
            returns[step] = following = rewards[step] + DISCOUNT * following
        push = surprise * (returns - returns.mean()) / (returns.std() + 1e-6)
        inner = observations.T @ ((push[:, None] * self.outer) * (1.0 - hidden**2))
        self.outer += self.learning_rate * (push @ hidden)
        self.inner += self.learning_rate * inner


class Player:
    """One agent in its own environment, one step at a time."""

    def __init__(self, env: gymnasium.Env, learning_rate: float, seed: int) -> None:
        self.env = env
        self.policy = PolicyGradient(env.observation_space.shape[0], learning_rate, seed)
        self.seed = seed * 1_000_000
        self.episodes = 0
        self._begin()

    def _begin(self) -> None:
        self.observation, _ = self.env.reset(seed=self.seed + self.episodes)

    def step(self) -> None:
        self.observation, reward, terminated, truncated, _ = self.env.step(self.policy.act(self.observation))
        self.policy.reward(float(reward))
        if terminated or truncated:
            self.policy.learn()
            self.episodes += 1
            self._begin()


def train(
    run: duallane.Run,
    agents: int,
    episodes: int,
    steps: int,
    learning_rate: float,
    seed: int,
    pace: float,
) -> int:
    """Plays until every agent has `episodes` episodes, or `steps` steps of all agents are done (0: no limit)."""
    players = [
        Player(
            run.wrap(
                gymnasium.make("CartPole-v1", render_mode="rgb_array"),
                agent_id=f"agent_{index}",
                frames=index == 0,
            ),
            learning_rate,
            seed + index,
        )
        for index in range(agents)
    ]
    done, began = 0, time.monotonic()
    while (steps == 0 or done < steps) and any(player.episodes < episodes for player in players):
        for player in players:
            if (steps == 0 or done < steps) and player.episodes < episodes:
                player.step()
                done += 1
        ahead = done / pace - (time.monotonic() - began) if pace else 0.0
        if ahead > 0.005:
            time.sleep(ahead)
    for player in players:
        player.env.close()
    return done


def main() -> None:
    options = argparse.ArgumentParser(description="CartPole agents that learn, logged step by step.")
    options.add_argument("--name", default="cartpole", help="the run's name")
    options.add_argument("--home", help="Duallane's home directory; the default is DUALLANE_HOME's")
    options.add_argument("--agents", type=int, default=1)
    options.add_argument("--episodes", type=int, default=1500, help="per agent")
    options.add_argument("--steps", type=int, default=0, help="of all agents together; 0 is no limit")
    options.add_argument("--learning-rate", type=float, default=0.001)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--pace",
        type=float,
        default=0.0,
        help="steps per second to stay at; 0 is as fast as it goes",
    )
    chosen = options.parse_args()
    config = {
        "algorithm": "REINFORCE",
        "lr": chosen.learning_rate,
        "seed": chosen.seed,
        "agents": chosen.agents,
    }
    with duallane.Run(chosen.name, config=config, home=chosen.home) as run:
        print(f"run {run.run_id}", flush=True)
        done = train(
            run,
            chosen.agents,
            chosen.episodes,
            chosen.steps,
            chosen.learning_rate,
            chosen.seed,
            chosen.pace,
        )
    print(f"{done} steps logged", flush=True)


if __name__ == "__main__":
    main()
