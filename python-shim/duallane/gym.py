"""A Gymnasium environment that logs what happens in it to a run: steps, episodes and, now and then, a frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import gymnasium

from .told_success import told_success
from .video import EnvCamera, Shown

if TYPE_CHECKING:
    from gymnasium.envs.registration import EnvSpec

    from .run import Run


def number(reward: Any) -> float:
    """The reward as a float; NaN for what is none, which is the environment's trouble and not the loop's."""
    try:
        return float(reward)
    except (TypeError, ValueError):
        return math.nan


class LoggedEnv(gymnasium.Wrapper):
    """Logs each step with its action and the observation that followed it, and each episode with its return.

    agent_id, env_slot: under which the rows stand. mode: a word for the episode table, such as "train" or "eval".
    observations: store them with the steps (up to the run's observation_bytes). frames: publish them when the
    environment was made with render_mode="rgb_array", by time and never more than a small share of the loop's; None
    leaves it to the run's video settings, which name the slots in the picture.
    An episode that is left by reset() or close() before its end is logged as Running, with {"abandoned": true}.
    """

    def __init__(
        self,
        env: gymnasium.Env,
        run: Run,
        *,
        agent_id: str | None = None,
        env_slot: int = 0,
        mode: str | None = "train",
        observations: bool = True,
        frames: bool | None = None,
    ) -> None:
        super().__init__(env)
        self._run = run
        self._agent_id = agent_id
        self._env_slot = env_slot
        self._mode = mode
        self._observations = observations
        self._camera: EnvCamera | None = None
        is_shown = run.has_frames and (run.video.shows(env_slot) if frames is None else frames)
        if env.render_mode == "rgb_array" and is_shown:
            self._camera = EnvCamera(run, lambda: (self.env.render(),), env_slot, env.metadata)
        self._game_id = env.spec.id if env.spec is not None else type(env.unwrapped).__name__
        self._episode = -1
        self._steps = 0
        self._return = 0.0
        self._seed: int | None = None
        self._is_over = True

    @property
    def spec(self) -> EnvSpec | None:
        """The environment's own, so that it can be made again from it."""
        return self.env.spec

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode; `seed` is stored with it."""
        if not self._is_over and self._steps > 0:
            self._log_episode(False, False, {"abandoned": True})
        answer = self.env.reset(seed=seed, options=options)
        self._episode = self._run.take_episode(self._env_slot, self._agent_id)
        self._steps = 0
        self._return = 0.0
        self._seed = seed
        self._is_over = False
        return answer

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """One step of the environment, logged."""
        observation, reward, terminated, truncated, info = answer = self.env.step(action)
        run = self._run
        run.log_step(
            reward,
            terminated,
            truncated,
            episode=self._episode,
            step=self._steps,
            agent_id=self._agent_id,
            action=action,
            observation=observation if self._observations else None,
            env_slot=self._env_slot,
            episode_seed=self._seed,
        )
        self._steps += 1
        gained = reward if type(reward) is float else number(reward)
        self._return += gained
        if self._camera is not None and self._camera.is_due(episode=self._episode):
            self._camera.publish(
                Shown(gained, self._return, self._episode, self._steps - 1, self._agent_id, self._env_slot)
            )
        if (terminated or truncated) and not self._is_over:
            self._is_over = True
            self._log_episode(terminated, truncated, told_success(info))
        return answer

    def close(self) -> None:
        """Closes the environment; an episode that is still going on is logged as it stands. The run stays open."""
        if not self._is_over and self._steps > 0 and self._run.outcome is None:
            self._is_over = True
            self._log_episode(False, False, {"abandoned": True})
        super().close()

    def _log_episode(self, terminated: bool, truncated: bool, metadata: dict[str, Any] | None) -> None:
        self._run.log_episode(
            self._return,
            self._steps,
            terminated,
            truncated,
            episode=self._episode,
            agent_id=self._agent_id,
            env_slot=self._env_slot,
            seed=self._seed,
            episode_seed=self._seed,
            mode=self._mode,
            game_id=self._game_id,
            metadata=metadata,
        )
