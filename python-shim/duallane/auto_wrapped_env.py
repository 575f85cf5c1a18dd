"""The environments that gymnasium.make and make_vec return under `duallane run --wrap`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import gymnasium

from .auto_wrap import current_run, take_slot

if TYPE_CHECKING:
    from gymnasium.envs.registration import EnvSpec


class SelfLoggingEnv(gymnasium.Wrapper):
    """An environment that joins the run at its first reset, and logs from then on.

    Given to Run.wrap by the script, it steps aside.
    """

    def __init__(self, env: gymnasium.Env) -> None:
        super().__init__(env)
        self.bare = env
        self._process = 0

    @property
    def spec(self) -> EnvSpec | None:
        """The environment's own."""
        return self.bare.spec

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """As the environment's; logged."""
        if self._process != os.getpid():  # the first time, or the first in a forked child
            self._process = os.getpid()
            run = current_run()
            if run is not None:
                self.env = run.wrap(self.bare, env_slot=take_slot(self))
        return self.env.reset(seed=seed, options=options)


class SelfLoggingVectorEnv(gymnasium.vector.VectorWrapper):
    """As SelfLoggingEnv, for a vector."""

    def __init__(self, env: gymnasium.vector.VectorEnv) -> None:
        super().__init__(env)
        self.bare = env
        self._process = 0

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """As the vector's; logged."""
        if self._process != os.getpid():
            self._process = os.getpid()
            run = current_run()
            if run is not None:
                self.env = run.wrap(self.bare)
        return self.env.reset(seed=seed, options=options)

    def __getattr__(self, name: str) -> Any:
        """What the vector has beyond the interface, such as AsyncVectorEnv's."""
        if name.startswith("_") or name in ("env", "bare"):
            raise AttributeError(name)
        return getattr(self.bare, name)
