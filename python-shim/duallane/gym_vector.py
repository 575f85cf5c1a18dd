"""A Gymnasium vector environment that logs to a run: one row per environment and step, one episode row per episode.

Guarantees
- Each sub-environment's rows carry its index as env_slot, and its own episode count, whatever autoreset mode it is in:
  next-step (the call that only resets is no step), same-step (the row holds the final observation, not the next
  episode's first) or disabled (episodes begin with reset and its reset_mask).
- What cannot be read out of an answer is noted in the run's ledger; the loop gets the answer as it is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium.vector.utils import iterate

from .captures import frozen
from .video import EnvCamera, Shown

if TYPE_CHECKING:
    from .run import Run

_NOTHING_MORE: dict[str, Any] = {}


def _autoreset(env: gymnasium.vector.VectorEnv) -> str:
    """NextStep, SameStep or Disabled. Gymnasium 1.0, which names none, resets at the next step."""
    named = env.metadata.get("autoreset_mode", "NextStep")
    return str(getattr(named, "value", named))


def _array(values: Any) -> np.ndarray:
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)


def _game_id(env: gymnasium.vector.VectorEnv) -> str | None:
    """The id that the sub-environments were made with, else their class; None when neither can be learnt."""
    spec = getattr(env.unwrapped, "spec", None)
    if spec is None and hasattr(env.unwrapped, "get_attr"):
        spec = env.unwrapped.get_attr("spec")[0]
    if spec is not None:
        return str(spec.id)
    envs = getattr(env.unwrapped, "envs", None)
    if isinstance(envs, list):
        return type(envs[0].unwrapped).__name__
    return None if isinstance(env.unwrapped, gymnasium.vector.AsyncVectorEnv) else type(env.unwrapped).__name__


class LoggedVectorEnv(gymnasium.vector.VectorWrapper):
    """Logs every sub-environment of a vector.

    agent_id, mode, observations, frames: as LoggedEnv's. The picture is one sub-environment or a grid of the first,
    as the run's video settings say; a grid's reward and return are the mean over its tiles.
    """

    def __init__(
        self,
        env: gymnasium.vector.VectorEnv,
        run: Run,
        *,
        agent_id: str | None = None,
        mode: str | None = "train",
        observations: bool = True,
        frames: bool | None = None,
    ) -> None:
        super().__init__(env)
        self._run = run
        self._agent_id = agent_id
        self._mode = mode
        self._with_observations = observations
        self._autoreset = _autoreset(env)
        self._game_id = _game_id(env)
        slots = env.num_envs
        self._slots = list(range(slots))
        self._episodes = np.full(slots, -1, np.int64)
        self._steps = np.zeros(slots, np.int64)
        self._returns = np.zeros(slots, np.float64)
        self._seeds: list[int | None] = [None] * slots
        self._is_over = np.ones(slots, np.bool_)
        self._pictured = self._slots_in_picture()
        self._camera: EnvCamera | None = None
        if env.render_mode == "rgb_array" and frames is not False and self._pictured:
            self._camera = EnvCamera(run, self._render_pictured)

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode in every sub-environment, or in those of options["reset_mask"]."""
        mask = (options or {}).get("reset_mask")
        begun = np.ones(self.num_envs, np.bool_) if mask is None else np.array(mask, np.bool_)
        self._abandon(begun)
        answer = self.env.reset(seed=seed, options=options)
        seeds = list(range(seed, seed + self.num_envs)) if isinstance(seed, int) else seed or [None] * self.num_envs
        self._begin(begun, seeds)
        return answer

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """One step of every sub-environment, logged."""
        answer = self.env.step(actions)
        try:
            self._log(actions, *answer)
        except Exception as error:  # an odd answer is the environment's trouble and not the loop's
            self._run.note_odd(f"a step of the vector environment could not be read ({error}); its rows were left out")
        return answer

    def close(self, **options: Any) -> None:
        """Closes the environments; episodes that are still going on are logged as they stand."""
        self._abandon(np.ones(self.num_envs, np.bool_))
        super().close(**options)

    def _log(
        self, actions: Any, observations: Any, rewards: Any, terminated: Any, truncated: Any, answers: dict[str, Any]
    ) -> None:
        rewards, terminated, truncated = _array(rewards), _array(terminated), _array(truncated)
        if self._autoreset == "NextStep" and self._is_over.any():
            was_reset = self._is_over.copy()
            self._begin(was_reset, [None] * self.num_envs)
            slots = [slot for slot in self._slots if not was_reset[slot]]
            stepped = ~was_reset
        else:
            slots, stepped = self._slots, None
        is_over = terminated | truncated
        if self._run.keeps_steps:
            columns = (
                self._episodes.tolist(),
                self._steps.tolist(),
                rewards.tolist(),
                terminated.tolist(),
                truncated.tolist(),
                self._actions(actions),
                self._observations(observations, answers, is_over),
            )
            if stepped is not None:
                columns = tuple([column[slot] for slot in slots] for column in columns)
            episodes, steps, gains, ends, cuts, acted, seen = columns
            agent, now = repeat(self._agent_id), repeat(time.time_ns())
            self._run.add_steps(
                list(
                    zip(
                        agent,
                        slots,
                        episodes,
                        steps,
                        gains,
                        ends,
                        cuts,
                        now,
                        acted,
                        seen,
                        repeat(_NOTHING_MORE),
                        strict=False,
                    )
                )
            )
        if stepped is None:
            self._steps += 1
            self._returns += rewards
        else:
            self._steps += stepped
            self._returns += np.where(stepped, rewards, 0.0)
            is_over &= stepped
        if self._camera is not None:
            self._show(rewards, is_over, len(slots))
        if is_over.any():
            for slot in np.flatnonzero(is_over).tolist():
                self._log_episode(slot, bool(terminated[slot]), bool(truncated[slot]), None)
            if self._autoreset == "SameStep":
                self._begin(is_over, [None] * self.num_envs)
            else:
                self._is_over |= is_over

    def _actions(self, actions: Any) -> Sequence[Any]:
        if isinstance(actions, np.ndarray) or hasattr(actions, "detach"):
            return _array(actions).tolist()
        return [frozen(action) for action in iterate(self.action_space, actions)]

    def _observations(self, observations: Any, answers: dict[str, Any], is_over: np.ndarray) -> Sequence[Any]:
        """What followed each action; in same-step mode the final observation of the episodes that are over."""
        if not self._with_observations:
            return [None] * self.num_envs
        seen: list[Any] = self._run.captured_batch(observations, self.num_envs)
        if not seen:
            seen = [self._run.captured(one) for one in iterate(self.observation_space, observations)]
        if self._autoreset == "SameStep" and is_over.any():
            final = answers.get("final_obs")
            for slot in np.flatnonzero(is_over).tolist():
                seen[slot] = None if final is None or final[slot] is None else self._run.captured(final[slot])
        return seen

    def _begin(self, begun: np.ndarray, seeds: Sequence[int | None]) -> None:
        self._episodes += begun
        self._steps[begun] = 0
        self._returns[begun] = 0.0
        self._is_over[begun] = False
        for slot in np.flatnonzero(begun).tolist():
            self._seeds[slot] = seeds[slot]

    def _abandon(self, slots: np.ndarray) -> None:
        for slot in np.flatnonzero(slots & ~self._is_over & (self._steps > 0)).tolist():
            self._log_episode(slot, False, False, {"abandoned": True})
        self._is_over |= slots

    def _log_episode(self, slot: int, terminated: bool, truncated: bool, metadata: dict[str, Any] | None) -> None:
        self._run.log_episode(
            float(self._returns[slot]),
            int(self._steps[slot]),
            terminated,
            truncated,
            episode=int(self._episodes[slot]),
            agent_id=self._agent_id,
            env_slot=slot,
            seed=self._seeds[slot],
            episode_seed=self._seeds[slot],
            mode=self._mode,
            game_id=self._game_id,
            metadata=metadata,
        )

    # -- the picture --------------------------------------------------------------------------------------------------

    def _slots_in_picture(self) -> list[int]:
        return [slot for slot in self._slots if self._run.video.shows(slot)]

    def _render_pictured(self) -> Sequence[Any]:
        """Frames of the slots in the picture; only those are rendered when the sub-environments are at hand."""
        envs = getattr(self.env.unwrapped, "envs", None)
        if isinstance(envs, list) and len(envs) == self.num_envs:
            return [envs[slot].render() for slot in self._pictured]
        frames = self.env.render()
        return [frames[slot] for slot in self._pictured]

    def _show(self, rewards: np.ndarray, is_over: np.ndarray, steps: int) -> None:
        assert self._camera is not None
        if self._autoreset == "SameStep" and is_over[self._pictured].any():
            return  # the picture is the next episode's already, whose numbers are not these
        if not self._camera.is_due(steps):
            return
        first = self._pictured[0]
        self._camera.publish(
            Shown(
                float(rewards[self._pictured].mean()),
                float(self._returns[self._pictured].mean()),
                int(self._episodes[first]),
                max(int(self._steps[first]) - 1, 0),
                self._agent_id,
            )
        )
