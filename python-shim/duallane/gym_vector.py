"""A Gymnasium vector environment that logs to a run: one row per environment and step, one episode row per episode.

Guarantees
- Each sub-environment's rows carry its index as env_slot, and its own episodes, whatever autoreset mode it is in:
  next-step (the call that only resets is no step), same-step (the row holds the final observation, not the next
  episode's first) or disabled (episodes begin with reset and its reset_mask).
- What cannot be read out of an answer is noted in the run's ledger; the loop gets the answer as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium.vector.utils import iterate

from .told_success import told_success_of
from .vector_books import BOOL, VectorBooks, ended_slots, flags
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
        if env.render_mode == "rgb_array" and frames is not False and run.has_frames and self._books.pictured:
            self._camera = EnvCamera(run, self._render_pictured, metadata=env.metadata)

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode in every sub-environment, or in those of options["reset_mask"]."""
        mask = (options or {}).get("reset_mask")
        begun = range(self.num_envs) if mask is None else np.flatnonzero(mask).tolist()
        self._books.abandon(begun)
        answer = self.env.reset(seed=seed, options=options)
        self._books.begin(begun, range(seed, seed + self.num_envs) if isinstance(seed, int) else seed)
        return answer

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """One step of every sub-environment, logged."""
        answer = self.env.step(actions)
        try:
            self._log(actions, answer)
        except Exception as error:  # an odd answer is the environment's trouble and not the loop's
            self._run.note_odd(f"a step of the vector environment could not be read ({error}); its rows were left out")
        self._run.hold()
        return answer

    def close(self, **options: Any) -> None:
        """Closes the environments; episodes that are still going on are logged as they stand."""
        if self._run.outcome is None:
            self._books.abandon()
        super().close(**options)

    def _log(self, actions: Any, answer: tuple[Any, Any, Any, Any, dict[str, Any]]) -> None:
        books = self._books
        observations, rewards, terminated, truncated, infos = answer
        if type(terminated) is type(truncated) is np.ndarray and terminated.dtype is truncated.dtype is BOOL:
            ends, cuts = terminated.tobytes(), truncated.tobytes()
        else:
            ends, cuts = flags(terminated), flags(truncated)
        if type(actions) is not np.ndarray:
            actions = self._actions(actions)
        if type(observations) is not np.ndarray or not self._with_observations:
            observations = self._observations(observations)
        if ends != books.nobody or cuts != books.nobody or books.over:
            self._log_turn(actions, observations, rewards, ends, cuts, infos)
            return
        books.step(rewards, ends, cuts, actions, observations)
        if self._camera is not None:
            self._show(rewards, ())

    def _log_turn(
        self, actions: Any, observations: Any, rewards: Any, ends: bytes, cuts: bytes, infos: dict[str, Any]
    ) -> None:
        """A step in which episodes begin or end."""
        books = self._books
        ended, resting = ended_slots(ends, cuts), []
        if books.over and self._autoreset == "NextStep":
            resting = sorted(books.over)
            ended = [slot for slot in ended if slot not in books.over]
            books.begin(resting)
        final = self._final(infos, ended) if ended and self._autoreset == "SameStep" else None
        books.step(rewards, ends, cuts, actions, observations, final, resting)
        if self._camera is not None:
            self._show(rewards, ended)
        if ended:
            books.end(ended, ends, cuts, partial(told_success_of, infos))
            if self._autoreset == "SameStep":
                books.begin(ended)

    def _actions(self, actions: Any) -> Any:
        """For VectorBooks.step, of what is no array."""
        return actions if hasattr(actions, "detach") else list(iterate(self.action_space, actions))

    def _observations(self, observations: Any) -> Any:
        if not self._with_observations:
            return None
        return observations if hasattr(observations, "detach") else list(iterate(self.observation_space, observations))

    def _final(self, infos: dict[str, Any], ended: list[int]) -> dict[int, Any] | None:
        """In same-step mode the observations that ended the episodes: what the answer has is the next one's first."""
        if not self._with_observations or not self._run.keeps_steps:
            return None
        final, one = infos.get("final_obs"), self._run.captures.one
        return {slot: (None, None) if final is None or final[slot] is None else one(final[slot]) for slot in ended}

    def _render_pictured(self) -> Sequence[Any]:
        """Frames of the slots in the picture; only those are rendered when the sub-environments are at hand."""
        envs = getattr(self.env.unwrapped, "envs", None)
        if isinstance(envs, list) and len(envs) == self.num_envs:
            return [envs[slot].render() for slot in self._books.pictured]
        frames = self.env.render()
        return [frames[slot] for slot in self._books.pictured]

    def _show(self, rewards: Any, ended: Sequence[int]) -> None:
        assert self._camera is not None
        if self._autoreset == "SameStep" and not set(ended).isdisjoint(self._books.pictured):
            return  # the picture is the next episode's already, whose numbers are not these
        if self._camera.is_due(self.num_envs, self._books.pictured_episode):
            self._camera.publish(self._books.shown(rewards))
