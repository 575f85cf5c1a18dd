"""An unmodified client of the source's wire: registers, publishes steps, streams them back. argv: target, run id, steps."""

import json
import sys
import threading

import grpc
from duallane._contract import trainer_pb2, trainer_pb2_grpc

OPTIONS = [
    ("grpc.max_send_message_length", 64 << 20),
    ("grpc.max_receive_message_length", 64 << 20),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_permit_without_calls", 1),
]


def main(target: str, run_id: str, count: int) -> None:
    channel = grpc.insecure_channel(target, options=OPTIONS)
    stub = trainer_pb2_grpc.TrainerServiceStub(channel)
    answer = stub.RegisterWorker(
        trainer_pb2.RegisterWorkerRequest(
            run_id=run_id, worker_id="py", worker_kind="test"
        ),
        timeout=10,
    )

    live: list[tuple[int, int]] = []
    reading = threading.Event()

    def follow() -> None:
        stream = stub.StreamRunSteps(
            trainer_pb2.StreamStepsRequest(run_id=run_id, since_seq=0)
        )
        reading.set()
        live.extend((step.seq_id, step.step_index) for step in stream)

    follower = threading.Thread(target=follow)
    follower.start()
    reading.wait(10)

    def steps():
        for index in range(count):
            yield trainer_pb2.RunStep(
                run_id=run_id,
                episode_index=index // 200,
                step_index=index,
                action_json=str(index % 4),
                reward=1.0,
                agent_id="agent_1",
                observation_json="[0.1, 0.2, 0.3, 0.4]",
                worker_id="py",
            )

    reply = stub.PublishRunSteps(steps(), timeout=60)
    episodes = stub.PublishRunEpisodes(
        (
            trainer_pb2.RunEpisode(
                run_id=run_id, episode_index=index, total_reward=200.0, steps=200
            )
            for index in range(3)
        ),
        timeout=10,
    )
    tail = list_some(
        stub.StreamRunSteps(
            trainer_pb2.StreamStepsRequest(run_id=run_id, since_seq=count - 5)
        ),
        5,
    )
    stub.CancelRun(trainer_pb2.CancelRunRequest(run_id=run_id), timeout=10)
    follower.join(30)
    print(
        json.dumps(
            {
                "accepted_version": answer.accepted_version,
                "accepted": reply.accepted,
                "dropped": reply.dropped,
                "episodes": episodes.accepted,
                "tail": tail,
                "live_rows": len(live),
                "live_in_order": live == [(index + 1, index) for index in range(count)],
                "ended": not follower.is_alive(),
            }
        )
    )


def list_some(stream, count: int) -> list[int]:
    found = []
    for step in stream:
        found.append(step.seq_id)
        if len(found) == count:
            stream.cancel()
            break
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
