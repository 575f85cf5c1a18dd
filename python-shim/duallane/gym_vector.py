"""A Gymnasium vector environment that logs to a run: one row per environment and step, one episode row per episode.

Guarantees
- Each sub-environment's rows carry its index as env_slot, and its own episode count, whatever autoreset mode it is in:
  next-step (the call that only resets is no step), same-step (the row holds the final observation, not the next
  episode's first) or disabled (episodes begin with reset and its reset_mask).
- What cannot be read out of an answer is noted in the run's ledger; the loop gets the answer as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium.vector.utils import iterate

from .captures import frozen
from .vector_books import VectorBooks, as_array
from .video import EnvCamera

if TYPE_CHECKING:
    from .run import Run


def _autoreset(env: gymnasium.vector.VectorEnv) -> str:
    """NextStep, SameStep or Disabled. Gymnasium 1.0, which names none, resets at the next step."""
    named = env.metadata.get("autoreset_mode", "NextStep")
    return str(getattr(named, "value", named))


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
        self._with_observations = observations
        self._autoreset = _autoreset(env)
        self._books = VectorBooks(run, env.num_envs, agent_id, mode, _game_id(env))
        self._camera: EnvCamera | None = None
        if env.render_mode == "rgb_array" and frames is not False and self._books.pictured:
            self._camera = EnvCamera(run, self._render_pictured)

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode in every sub-environment, or in those of options["reset_mask"]."""
        mask = (options or {}).get("reset_mask")
        begun = np.ones(self.num_envs, np.bool_) if mask is None else np.array(mask, np.bool_)
        self._books.abandon(begun)
        answer = self.env.reset(seed=seed, options=options)
        self._books.begin(begun, range(seed, seed + self.num_envs) if isinstance(seed, int) else seed)
        return answer

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """One step of every sub-environment, logged."""
        answer = self.env.step(actions)
        try:
            self._log(actions, *answer)
        except Exception as error:  # an odd answer is the environment's trouble and not the loop's
            self._run.note_odd(f"a step of the vector environment could not be read ({error}); its rows were left out")
        self._run.hold()
        return answer

    def close(self, **options: Any) -> None:
        """Closes the environments; episodes that are still going on are logged as they stand."""
        self._books.abandon()
        super().close(**options)

    def _log(
        self, actions: Any, observations: Any, rewards: Any, terminated: Any, truncated: Any, answers: dict[str, Any]
    ) -> None:
        rewards, terminated, truncated = as_array(rewards), as_array(terminated), as_array(truncated)
        books, stepped = self._books, None
        ended = terminated | truncated
        if books.some_are_over and self._autoreset == "NextStep":
            was_reset = books.is_over.copy()
            stepped = ~was_reset
            ended = ended & stepped
            books.begin(was_reset)
        has_ended = bool(ended.any())
        acted: Sequence[Any] = ()
        seen: Sequence[Any] = ()
        if self._run.keeps_steps:
            acted = self._actions(actions)
            seen = self._observations(observations, answers, ended if has_ended else None)
        books.step(rewards, terminated, truncated, acted, seen, stepped)
        if self._camera is not None:
            self._show(rewards, ended)
        if has_ended:
            books.end(ended, terminated, truncated)
            if self._autoreset == "SameStep":
                books.begin(ended)

    def _actions(self, actions: Any) -> Sequence[Any]:
        if isinstance(actions, np.ndarray) or hasattr(actions, "detach"):
            return as_array(actions).tolist()
        return [frozen(action) for action in iterate(self.action_space, actions)]

    def _observations(self, observations: Any, answers: dict[str, Any], ended: np.ndarray | None) -> Sequence[Any]:
        """What followed each action; in same-step mode the final observation of the episodes that are over."""
        if not self._with_observations:
            return [None] * self.num_envs
        seen: list[Any] = self._run.captured_batch(observations, self.num_envs)
        if not seen:
            seen = [self._run.captured(one) for one in iterate(self.observation_space, observations)]
        if ended is not None and self._autoreset == "SameStep":
            final = answers.get("final_obs")
            for slot in np.flatnonzero(ended).tolist():
                seen[slot] = None if final is None or final[slot] is None else self._run.captured(final[slot])
        return seen

    def _render_pictured(self) -> Sequence[Any]:
        """Frames of the slots in the picture; only those are rendered when the sub-environments are at hand."""
        envs = getattr(self.env.unwrapped, "envs", None)
        if isinstance(envs, list) and len(envs) == self.num_envs:
            return [envs[slot].render() for slot in self._books.pictured]
        frames = self.env.render()
        return [frames[slot] for slot in self._books.pictured]

    def _show(self, rewards: np.ndarray, ended: np.ndarray) -> None:
        assert self._camera is not None
        if self._autoreset == "SameStep" and ended[self._books.pictured].any():
            return  # the picture is the next episode's already, whose numbers are not these
        if self._camera.is_due(self.num_envs):
            self._camera.publish(self._books.shown(rewards))
