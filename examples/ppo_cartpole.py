"""Proximal policy optimisation in one file, in the manner of CleanRL, in plain numpy. Learns CartPole in a minute.

    python ppo_cartpole.py                          # 200,000 steps of 8 environments
    python ppo_cartpole.py --seed 2 --steps 50000

Duallane's lines are `duallane.Run(...)`, `run.wrap(...)` and `run.log(...)`. Losses, KL divergence, entropy and the
rest have CleanRL's names; ask for them in SQL, also while it trains:

    SELECT step, value FROM metrics WHERE name = 'losses/approx_kl' ORDER BY step
"""

import argparse
import time

import duallane
import gymnasium
import numpy as np

HIDDEN_UNITS = 64
DISCOUNT = 0.99
GAE_LAMBDA = 0.95
CLIP = 0.2
ENTROPY_WEIGHT = 0.01
GRADIENT_NORM_MAX = 0.5
EPOCHS = 4
MINIBATCHES = 4


class Network:
    """Two tanh layers and a linear head; keeps what its gradient needs, and learns with Adam."""

    def __init__(self, sizes: list[int], head_scale: float, random: np.random.Generator) -> None:
        scales = [np.sqrt(2.0)] * (len(sizes) - 2) + [head_scale]
        self.weights = []
        for inputs, outputs, scale in zip(sizes[:-1], sizes[1:], scales, strict=True):
            square = random.normal(size=(max(inputs, outputs),) * 2)
            self.weights += [np.linalg.qr(square)[0][:inputs, :outputs] * scale, np.zeros(outputs)]
        self.first = [np.zeros_like(weight) for weight in self.weights]
        self.second = [np.zeros_like(weight) for weight in self.weights]
        self.updates = 0

    def forward(self, values: np.ndarray) -> np.ndarray:
        self.activations = [values]
        for layer in range(0, len(self.weights), 2):
            values = values @ self.weights[layer] + self.weights[layer + 1]
            if layer + 2 < len(self.weights):
                values = np.tanh(values)
            self.activations.append(values)
        return values

    def gradients(self, error: np.ndarray) -> list[np.ndarray]:
        """Of the last forward pass, for the loss's derivative by its output."""
        found: list[np.ndarray] = []
        for layer in range(len(self.weights) - 2, -1, -2):
            inputs = self.activations[layer // 2]
            found[:0] = [inputs.T @ error, error.sum(axis=0)]
            if layer:
                error = (error @ self.weights[layer].T) * (1.0 - inputs**2)
        return found

    def learn(self, gradients: list[np.ndarray], rate: float) -> None:
        self.updates += 1
        for i, gradient in enumerate(gradients):
            self.first[i] = 0.9 * self.first[i] + 0.1 * gradient
            self.second[i] = 0.999 * self.second[i] + 0.001 * gradient**2
            first = self.first[i] / (1.0 - 0.9**self.updates)
            second = self.second[i] / (1.0 - 0.999**self.updates)
            self.weights[i] -= rate * first / (np.sqrt(second) + 1e-5)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def norm(gradients: list[np.ndarray]) -> float:
    return float(np.sqrt(sum((gradient**2).sum() for gradient in gradients)))


def advantages_of(rewards: np.ndarray, values: np.ndarray, ends: np.ndarray, last_value: np.ndarray) -> np.ndarray:
    """Generalised advantage estimation over (steps, environments)."""
    advantages, following, next_value = np.zeros_like(rewards), 0.0, last_value
    for step in range(len(rewards) - 1, -1, -1):
        goes_on = 1.0 - ends[step]
        surprise = rewards[step] + DISCOUNT * next_value * goes_on - values[step]
        following = surprise + DISCOUNT * GAE_LAMBDA * goes_on * following
        advantages[step], next_value = following, values[step]
    return advantages


class Ppo:
    """A policy and a value network, and one update of both from one rollout."""

    def __init__(self, observation_size: int, actions: int, random: np.random.Generator) -> None:
        self.random = random
        self.actor = Network([observation_size, HIDDEN_UNITS, HIDDEN_UNITS, actions], 0.01, random)
        self.critic = Network([observation_size, HIDDEN_UNITS, HIDDEN_UNITS, 1], 1.0, random)

    def act(self, observations: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Actions, their log-probabilities, and the values of the observations."""
        chances = log_softmax(self.actor.forward(observations))
        noise = self.random.gumbel(size=chances.shape)
        actions = np.argmax(chances + noise, axis=1)
        return actions, chances[np.arange(len(actions)), actions], self.critic.forward(observations)[:, 0]

    def update(
        self,
        observations: np.ndarray,
        actions: np.ndarray,
        old_chances: np.ndarray,
        advantages: np.ndarray,
        returns: np.ndarray,
        rate: float,
    ) -> dict[str, float]:
        """Some epochs over the rollout; the means of what CleanRL reports."""
        told: list[dict[str, float]] = []
        for _ in range(EPOCHS):
            for rows in np.array_split(self.random.permutation(len(actions)), MINIBATCHES):
                chosen = advantages[rows]
                chosen = (chosen - chosen.mean()) / (chosen.std() + 1e-8)
                told.append(
                    self._learn(observations[rows], actions[rows], old_chances[rows], chosen, returns[rows], rate)
                )
        return {name: float(np.mean([one[name] for one in told])) for name in told[0]}

    def _learn(
        self,
        observations: np.ndarray,
        actions: np.ndarray,
        old_chances: np.ndarray,
        advantages: np.ndarray,
        returns: np.ndarray,
        rate: float,
    ) -> dict[str, float]:
        count, rows = len(actions), np.arange(len(actions))
        chances = log_softmax(self.actor.forward(observations))
        shares = np.exp(chances)
        ratio = np.exp(chances[rows, actions] - old_chances)
        clipped = np.clip(ratio, 1.0 - CLIP, 1.0 + CLIP)
        policy_loss = -np.minimum(ratio * advantages, clipped * advantages)
        entropy = -(shares * chances).sum(axis=1)

        is_free = ratio * advantages <= clipped * advantages
        taken = np.zeros_like(chances)
        taken[rows, actions] = 1.0
        by_logits = (-(advantages * ratio * is_free)[:, None] * (taken - shares)) / count
        by_logits += ENTROPY_WEIGHT * shares * (chances + entropy[:, None]) / count
        error = self.critic.forward(observations)[:, 0] - returns

        actor, critic = self.actor.gradients(by_logits), self.critic.gradients((0.5 * error / count)[:, None])
        size = norm([*actor, *critic])
        scale = min(1.0, GRADIENT_NORM_MAX / (size + 1e-6))
        self.actor.learn([gradient * scale for gradient in actor], rate)
        self.critic.learn([gradient * scale for gradient in critic], rate)
        return {
            "losses/policy_loss": float(policy_loss.mean()),
            "losses/value_loss": float(0.5 * (error**2).mean()),
            "losses/entropy": float(entropy.mean()),
            "losses/approx_kl": float(((ratio - 1.0) - np.log(ratio)).mean()),
            "losses/clipfrac": float((np.abs(ratio - 1.0) > CLIP).mean()),
            "charts/gradient_norm": size,
        }


def train(
    run: duallane.Run, steps: int, environments: int, rollout: int, learning_rate: float, seed: int
) -> list[float]:
    """Trains for `steps` environment steps in all; the returns of all finished episodes, in their order."""
    envs = run.wrap(
        gymnasium.make_vec(
            "CartPole-v1",
            num_envs=environments,
            vectorization_mode="sync",
            vector_kwargs={"autoreset_mode": gymnasium.vector.AutoresetMode.SAME_STEP},
            render_mode="rgb_array",
        )
    )
    observations, _ = envs.reset(seed=seed)
    size = observations.shape[1]
    ppo = Ppo(size, int(envs.single_action_space.n), np.random.default_rng(seed))
    totals, returns = np.zeros(environments), []
    done, began = 0, time.monotonic()
    while done < steps:
        seen = np.zeros((rollout, environments, size))
        acted = np.zeros((rollout, environments), np.int64)
        chances, values, rewards, ends = (np.zeros((rollout, environments)) for _ in range(4))
        for t in range(rollout):
            seen[t] = observations
            acted[t], chances[t], values[t] = ppo.act(observations)
            observations, rewards[t], terminated, truncated, infos = envs.step(acted[t])
            ends[t] = terminated | truncated
            totals += rewards[t]
            returns.extend(totals[ends[t] > 0].tolist())
            totals[ends[t] > 0] = 0.0
            if truncated.any():  # a time limit is no end: what would have followed counts
                final = np.stack(infos["final_obs"][truncated])
                rewards[t, truncated] += DISCOUNT * ppo.critic.forward(final)[:, 0]
            done += environments
        last_value = ppo.critic.forward(observations)[:, 0]
        advantages = advantages_of(rewards, values, ends, last_value)
        rate = learning_rate * max(0.0, 1.0 - (done - rollout * environments) / steps)
        told = ppo.update(
            seen.reshape(-1, size),
            acted.reshape(-1),
            chances.reshape(-1),
            advantages.reshape(-1),
            (advantages + values).reshape(-1),
            rate,
        )
        explained = 1.0 - np.var(advantages) / (np.var(advantages + values) + 1e-8)
        run.log(
            told,
            step=done,
            **{
                "losses/explained_variance": explained,
                "charts/learning_rate": rate,
                "charts/SPS": done / (time.monotonic() - began),
            },
        )
        if returns:
            run.log({"charts/episodic_return_100": np.mean(returns[-100:])}, step=done)
    envs.close()
    return returns


def main() -> None:
    options = argparse.ArgumentParser(description="PPO on CartPole, logged step by step.")
    options.add_argument("--name", default="ppo-cartpole", help="the run's name")
    options.add_argument("--home", help="Duallane's home directory; the default is DUALLANE_HOME's")
    options.add_argument("--steps", type=int, default=200_000, help="of all environments together")
    options.add_argument("--environments", type=int, default=8)
    options.add_argument("--rollout", type=int, default=128, help="steps of each environment per update")
    options.add_argument("--learning-rate", type=float, default=1e-3)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    config = {"algorithm": "PPO", "env_id": "CartPole-v1", **vars(chosen), "home": None}
    with duallane.Run(chosen.name, config=config, home=chosen.home) as run:
        print(f"run {run.run_id}", flush=True)
        returns = train(run, chosen.steps, chosen.environments, chosen.rollout, chosen.learning_rate, chosen.seed)
    last = returns[-100:] or [0.0]
    print(f"{len(returns)} episodes, mean return of the last {len(last)}: {np.mean(last):.1f}", flush=True)


if __name__ == "__main__":
    main()
