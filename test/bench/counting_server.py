"""The best that Python's own gRPC server could do for the row calls: takes every RunStep, counts it, keeps nothing.

Prints its port; ends with its standard input.
"""

import asyncio
import sys

import grpc
from duallane._contract import trainer_pb2, trainer_pb2_grpc


class Counting(trainer_pb2_grpc.TrainerServiceServicer):
    async def RegisterWorker(self, request, context):
        return trainer_pb2.RegisterWorkerResponse(accepted_version="MOSAIC/1.0")

    async def PublishRunSteps(self, request_iterator, context):
        accepted = 0
        async for _ in request_iterator:
            accepted += 1
        return trainer_pb2.PublishTelemetryResponse(accepted=accepted)


async def main() -> None:
    server = grpc.aio.server()
    trainer_pb2_grpc.add_TrainerServiceServicer_to_server(Counting(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop(0)


if __name__ == "__main__":
    asyncio.run(main())
