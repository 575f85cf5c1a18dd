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
from .told_success import told_success
from .vector_books import VectorBooks, ended_slots, flags
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
        self._books, self._camera = None, None
        if not is_logging:
            return
        self._books = VectorBooks(self._run, envs.num_envs, self._agent_id, self._mode, self._game_id())
        self._books.begin(range(envs.num_envs))
        is_shown = self._with_frames is not False and self._run.has_frames
        if envs.render_mode == "rgb_array" and is_shown and self._books.pictured:
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
        dones = flags(names["dones"])
        ended = ended_slots(dones, b"")
        cuts = bytearray(books.count)
        for slot in ended:
            cuts[slot] = bool(infos[slot].get("TimeLimit.truncated", False))
        terminated = bytes(done and not cut for done, cut in zip(dones, cuts, strict=True)) if ended else dones
        truncated = bytes(cuts)
        normalised = self.model.get_vec_normalize_env()
        rewards = names["rewards"] if normalised is None else normalised.get_original_reward()
        observations, final = None, None
        if self._with_observations:
            given = names["new_obs"] if normalised is None else normalised.get_original_obs()
            observations = self._observations(given, books.count)
            final = self._final(infos, ended) if ended else None
        actions = names["clipped_actions"] if "clipped_actions" in names else names["actions"]
        books.step(rewards, terminated, truncated, np.asarray(actions), observations, final)
        camera = self._camera if set(ended).isdisjoint(books.pictured) else None
        if camera is not None and camera.is_due(books.count, books.pictured_episode):
            camera.publish(books.shown(rewards))
        if ended:
            books.end(ended, terminated, truncated, lambda slot: told_success(infos[slot]))
            books.begin(ended)

    def _observations(self, given: Any, count: int) -> Any:
        if isinstance(given, Mapping):
            return [{name: part[slot] for name, part in given.items()} for slot in range(count)]
        return given

    def _final(self, infos: Sequence[Mapping[str, Any]], ended: Sequence[int]) -> dict[int, Any]:
        """The observations that ended the episodes; those in the step are the next ones' first."""
        one = self._run.captures.one
        seen = {slot: infos[slot].get("terminal_observation") for slot in ended}
        return {slot: (None, None) if final is None else one(final) for slot, final in seen.items()}

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
