"""Stable-Baselines3: a callback that logs a training to a run, its rollout and train values included.

    with duallane.Run("ppo") as run:
        PPO("MlpPolicy", "CartPole-v1").learn(100_000, callback=DuallaneCallback(run))

Guarantees
- Every environment of the vector is a slot; a row holds the reward and the observation as the environment gave them
  (before VecNormalize), the final observation at an episode's end included.
- Whatever the algorithm records with its logger comes as a named value at each of its dumps, the last train values too,
  which Stable-Baselines3 itself never dumps.
- Nothing raises into the training. A paused run holds it after a step; a canceled one ends learn() as any callback can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import KVWriter

from .errors import RunCanceled
from .vector_books import VectorBooks
from .video import EnvCamera

if TYPE_CHECKING:
    from .run import Run


class _Values(KVWriter):
    """An output of Stable-Baselines3's logger: named values of the run."""

    def __init__(self, run: Run, agent_id: str | None) -> None:
        self._run = run
        self._agent_id = agent_id
        self._at_end: dict[str, Any] = {}

    def write(self, key_values: Mapping[str, Any], key_excluded: Any, step: int = 0) -> None:
        """One dump; `step` is the number of environment steps. What is no number (text, figures) is left out."""
        values = {
            name: value
            for name, value in key_values.items()
            if (isinstance(value, int | float | np.number) or getattr(value, "ndim", None) == 0)
            and self._at_end.get(name) is not value
        }
        self._run.log(values, step=step, agent_id=self._agent_id)

    def write_last(self, key_values: Mapping[str, Any], step: int) -> None:
        """What was recorded after the last dump; a later dump of the same values is not logged again."""
        self.write(key_values, {}, step)
        self._at_end = dict(key_values)

    def close(self) -> None:
        """The run stays open."""


class DuallaneCallback(BaseCallback):
    """Logs a model's training to a run.

    agent_id, mode: as LoggedEnv's. steps: log steps and episodes; None does so unless the environments were wrapped
    with run.wrap already. observations: keep them with the steps. frames: publish them when the environments render
    "rgb_array"; None leaves it to the run's video settings.
    """

    def __init__(
        self,
        run: Run,
        *,
        agent_id: str | None = None,
        mode: str | None = "train",
        steps: bool | None = None,
        observations: bool = True,
        frames: bool | None = None,
        verbose: int = 0,
    ) -> None:
        super().__init__(verbose)
        self._run = run
        self._agent_id = agent_id
        self._mode = mode
        self._with_steps = steps
        self._with_observations = observations
        self._with_frames = frames
        self._values = _Values(run, agent_id)
        self._books: VectorBooks | None = None
        self._camera: EnvCamera | None = None

    def _on_training_start(self) -> None:
        self.logger.output_formats.append(self._values)
        envs = self.training_env
        self._run.event(
            "training_started",
            algorithm=type(self.model).__name__,
            policy=type(self.model.policy).__name__,
            environments=envs.num_envs,
            step=self.num_timesteps,
        )
        if self._books is not None and self.num_timesteps > 0 and self._books.count == envs.num_envs:
            return  # learn(reset_num_timesteps=False): the episodes go on
        if self._books is not None:
            self._books.abandon()
        is_logging = not self._is_wrapped() if self._with_steps is None else self._with_steps
        self._books = VectorBooks(self._run, envs.num_envs, self._agent_id, self._mode, self._game_id())
        self._books.begin(np.ones(envs.num_envs, np.bool_))
        if not is_logging:
            self._books = None
            return
        self._camera = None
        if envs.render_mode == "rgb_array" and self._with_frames is not False and self._books.pictured:
            self._camera = EnvCamera(self._run, self._render_pictured)

    def _on_step(self) -> bool:
        if self._books is not None:
            try:
                self._log(self._books, self.locals)
            except Exception as error:  # an unknown algorithm's names: its values are still logged
                self._run.note_odd(f"a step of {type(self.model).__name__} could not be read ({error})")
        try:
            self._run.hold()
        except RunCanceled:
            return False
        return True

    def _on_training_end(self) -> None:
        self._values.write_last(dict(self.logger.name_to_value), self.num_timesteps)
        if self._values in self.logger.output_formats:
            self.logger.output_formats.remove(self._values)

    def _log(self, books: VectorBooks, names: Mapping[str, Any]) -> None:
        infos: Sequence[Mapping[str, Any]] = names["infos"]
        ended = np.asarray(names["dones"], np.bool_)
        truncated = np.array([bool(info.get("TimeLimit.truncated", False)) for info in infos]) & ended
        terminated = ended & ~truncated
        normalised = self.model.get_vec_normalize_env()
        rewards = np.asarray(names["rewards"] if normalised is None else normalised.get_original_reward(), np.float64)
        observations: Sequence[Any] = [None] * books.count
        if self._with_observations and self._run.keeps_steps:
            given = names["new_obs"] if normalised is None else normalised.get_original_obs()
            observations = self._observations(given, infos, ended)
        actions = names["clipped_actions"] if "clipped_actions" in names else names["actions"]
        books.step(rewards, terminated, truncated, np.asarray(actions).tolist(), observations)
        if self._camera is not None and not ended[books.pictured].any() and self._camera.is_due(books.count):
            self._camera.publish(books.shown(rewards))
        if ended.any():
            books.end(ended, terminated, truncated)
            books.begin(ended)

    def _observations(self, given: Any, infos: Sequence[Mapping[str, Any]], ended: np.ndarray) -> Sequence[Any]:
        count = len(ended)
        seen: list[Any] = self._run.captured_batch(given, count)
        if not seen and isinstance(given, Mapping):
            seen = [self._run.captured({name: part[slot] for name, part in given.items()}) for slot in range(count)]
        if not seen:
            seen = [self._run.captured(given[slot]) for slot in range(count)]
        for slot in np.flatnonzero(ended).tolist():
            final = infos[slot].get("terminal_observation")
            seen[slot] = None if final is None else self._run.captured(final)
        return seen

    def _render_pictured(self) -> Sequence[Any]:
        assert self._books is not None
        return self.training_env.env_method("render", indices=self._books.pictured)

    def _is_wrapped(self) -> bool:
        from .gym import LoggedEnv

        try:
            return any(self.training_env.env_is_wrapped(LoggedEnv))
        except (NotImplementedError, AttributeError):  # a foreign VecEnv that cannot tell
            return False

    def _game_id(self) -> str | None:
        try:
            spec = self.training_env.get_attr("spec", indices=[0])[0]
        except (NotImplementedError, AttributeError):
            return None
        return None if spec is None else str(spec.id)
