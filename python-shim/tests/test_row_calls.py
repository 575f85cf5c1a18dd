"""A run on a daemon that takes no batches, as the source's: rows go by its row calls."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import numpy as np
import pytest

import duallane
from duallane._contract import trainer_pb2 as pb
from duallane._contract.trainer_pb2_grpc import TrainerServiceServicer, add_TrainerServiceServicer_to_server


class RowDaemon(TrainerServiceServicer):
    """Counts rows and keeps them; like the source's, it serves neither batches nor ControlStream."""

    def __init__(self) -> None:
        self.steps: list[pb.RunStep] = []
        self.episodes: list[pb.RunEpisode] = []
        self.workers: list[pb.RegisterWorkerRequest] = []
        self.break_after: int | None = None
        self.server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        add_TrainerServiceServicer_to_server(self, self.server)
        self.target = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def SubmitRun(self, request: pb.SubmitRunRequest, context: grpc.ServicerContext) -> pb.SubmitRunResponse:
        return pb.SubmitRunResponse(run_id="01SOURCE", digest="d")

    def RegisterWorker(self, request: pb.RegisterWorkerRequest, context: object) -> pb.RegisterWorkerResponse:
        self.workers.append(request)
        return pb.RegisterWorkerResponse(accepted_version="MOSAIC/1.0")

    def ControlStream(self, _requests: object, context: grpc.ServicerContext) -> Iterator[pb.ControlEvent]:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "Method not implemented!")
        yield pb.ControlEvent()

    def PublishRunSteps(self, requests: Iterator[pb.RunStep], context: grpc.ServicerContext) -> object:
        taken = list(requests)
        if self.break_after is not None and len(self.steps) >= self.break_after:
            self.break_after = None
            context.abort(grpc.StatusCode.UNAVAILABLE, "gone for a moment")
        self.steps.extend(taken)
        return pb.PublishTelemetryResponse(accepted=len(taken), dropped=3)

    def PublishRunEpisodes(self, requests: Iterator[pb.RunEpisode], _context: object) -> object:
        taken = list(requests)
        self.episodes.extend(taken)
        return pb.PublishTelemetryResponse(accepted=len(taken))


@pytest.fixture
def rows() -> Iterator[RowDaemon]:
    daemon = RowDaemon()
    yield daemon
    daemon.server.stop(None)


def test_steps_and_episodes_reach_a_daemon_without_batches_over_a_break_in_order(home: Path, rows: RowDaemon) -> None:
    rows.break_after = 1
    with duallane.Run("r", home=home, daemon=rows.target, agent_id="walker") as run:
        for index in range(10_000):
            run.log_step(float(index), episode=0, step=index, action=2, observation=np.array([[index, 1]], np.float32))
        run.log_episode(12.5, 10_000, terminated=True, episode=0, metadata={"seed": 1})
        run.log(loss=1.0)
        assert run.flush()
    assert run.run_id == "01SOURCE"
    assert [worker.supports_pause for worker in rows.workers] == [True]
    assert [step.step_index for step in rows.steps] == list(range(10_000))
    last = rows.steps[-1]
    assert (last.reward, last.agent_id, last.action_json, last.run_id) == (9999.0, "walker", "2", "01SOURCE")
    assert last.observation_json == "[[9999.0,1.0]]"
    assert last.timestamp.seconds > 1_600_000_000
    assert [(e.total_reward, e.steps, e.terminated) for e in rows.episodes] == [(12.5, 10_000, True)]
    assert run.lost_rows == 3, "a value and the two events have nowhere to go, and are counted"
    assert not (home / "daemon.json").exists(), "no daemon of our own was started"
