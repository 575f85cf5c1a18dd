"""One run, many processes: each child opens its own part of the run, forked or spawned, and needs no goodbye."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from test_real_daemon import end_daemon

import duallane


@pytest.fixture
def living(home: Path) -> Iterator[Path]:
    yield home
    end_daemon(home, signal.SIGKILL)


kept = []


def collect(home: str, run_id: str, index: int) -> None:
    """A child that plays, shows frames, and just returns; the first keeps its Run, the second drops it."""
    run = duallane.Run("r", home=home, run_id=run_id, worker_id=f"child-{index}", frames_per_second=1e6)
    env = run.wrap(gymnasium.make("CartPole-v1"), agent_id=f"agent-{index}")
    env.reset(seed=index)
    for _ in range(5):
        env.step(1)
    if not run.publish_frame(np.zeros((4, 4, 3), np.uint8)):
        raise SystemExit(3)
    if index == 0:
        kept.append(run)


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_a_child_process_logs_into_the_run_of_its_parent_as_a_worker_of_its_own(living: Path, way: str) -> None:
    context = multiprocessing.get_context(way)  # type: ignore[call-overload]
    with duallane.Run("r", home=living, worker_id="parent") as run:
        run.log_step(reward=1.0)
        assert run.publish_frame(np.zeros((4, 4, 3), np.uint8))
        children = [context.Process(target=collect, args=(str(living), run.run_id, i)) for i in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join(60)
        assert [child.exitcode for child in children] == [0, 0]
        run.log_step(reward=1.0)
    seen = duallane.sql("SELECT worker_id, agent_id, count(*) AS n FROM steps GROUP BY 1, 2 ORDER BY 1", home=living)
    assert [tuple(row.values()) for row in seen.to_pylist()] == [
        ("child-0", "agent-0", 5), ("child-1", "agent-1", 5), ("parent", "default", 2),
    ]  # fmt: skip
    ends = duallane.sql(
        "SELECT worker_id, kind FROM events WHERE kind IN ('run_completed', 'run_cancelled') ORDER BY 1", home=living
    )
    assert [tuple(row.values()) for row in ends.to_pylist()] == [
        ("child-0", "run_completed"), ("child-1", "run_cancelled"), ("parent", "run_completed"),
    ]  # fmt: skip
    assert not list(Path("/dev/shm").glob(f"mosaic.fastlane.{run.run_id}*"))
