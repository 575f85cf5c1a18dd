"""A client of the source's wire, as its proxy is: registers, waits for a line, publishes steps one by one, prints the reply.

argv: target, run id, worker id, steps.
"""

import json
import sys

import grpc
from duallane._contract import trainer_pb2, trainer_pb2_grpc


def main(target: str, run_id: str, worker_id: str, count: int) -> None:
    stub = trainer_pb2_grpc.TrainerServiceStub(grpc.insecure_channel(target))
    stub.RegisterWorker(
        trainer_pb2.RegisterWorkerRequest(
            run_id=run_id, worker_id=worker_id, worker_kind="bench"
        ),
        timeout=30,
    )
    print("ready", flush=True)
    sys.stdin.readline()
    reply = stub.PublishRunSteps(
        trainer_pb2.RunStep(
            run_id=run_id,
            episode_index=index // 200,
            step_index=index % 200,
            action_json="1",
            observation_json="[0.0123,-0.4321,0.0456,0.6789]",
            reward=1.0,
            agent_id="agent_0",
            worker_id=worker_id,
        )
        for index in range(count)
    )
    print(json.dumps({"accepted": reply.accepted, "dropped": reply.dropped}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
