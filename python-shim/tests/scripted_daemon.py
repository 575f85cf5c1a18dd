"""A daemon's side of PublishBatches, in this process, that does on command what a real one does by accident."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pyarrow as pa

from duallane._contract import contract, trainer_pb2
from duallane._contract import duallane_pb2 as pb
from duallane._contract.duallane_pb2_grpc import DuallaneServiceServicer, add_DuallaneServiceServicer_to_server
from duallane._contract.trainer_pb2_grpc import TrainerServiceServicer, add_TrainerServiceServicer_to_server


class Registry(TrainerServiceServicer):
    """Takes every worker, as the source's daemon does, and serves nothing else of its service: no ControlStream."""

    def RegisterWorker(
        self, request: trainer_pb2.RegisterWorkerRequest, context: grpc.ServicerContext
    ) -> trainer_pb2.RegisterWorkerResponse:
        return trainer_pb2.RegisterWorkerResponse(accepted_version=request.proto_version, session_token="t")

    def ControlStream(self, _requests: object, context: grpc.ServicerContext) -> Iterator[trainer_pb2.ControlEvent]:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "Method not implemented!")
        yield trainer_pb2.ControlEvent()


class ScriptedDaemon(DuallaneServiceServicer):
    """Stores every batch once, by its key, and acknowledges it, as long as nothing else is asked of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.opened: list[pb.OpenRunRequest] = []
        self.received: list[pb.Batch] = []
        self.stored: dict[tuple[str, str, bytes], list[pb.Batch]] = {}
        self.is_acknowledging = True
        self.claims: list[int] = []  # acknowledged before the next batch is, whether they came or not
        self.is_followed = True  # what acknowledgements say of the run
        self.refuse: str | None = None  # code for the next batch
        self.changed = threading.Condition()
        self._server: grpc.Server | None = None
        self.start()

    def start(self) -> None:
        home = self.home
        socket = home / "daemon.sock"
        socket.unlink(missing_ok=True)
        self._server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=8), options=[("grpc.max_receive_message_length", 64 << 20)]
        )
        add_DuallaneServiceServicer_to_server(self, self._server)
        add_TrainerServiceServicer_to_server(Registry(), self._server)
        self._server.add_insecure_port(f"unix:{socket}")
        self._server.start()
        card = {"pid": 1, "socket": str(socket), "contract": contract.HASH, "version": contract.VERSION}
        (home / "daemon.json").write_text(json.dumps(card))

    def kill(self) -> None:
        assert self._server is not None
        self._server.stop(None).wait(10)
        (self.home / "daemon.sock").unlink(missing_ok=True)

    def OpenRun(self, request: pb.OpenRunRequest, context: grpc.ServicerContext) -> pb.OpenRunResponse:
        self.opened.append(request)
        return pb.OpenRunResponse(run_id=request.run_id or "01TESTRUN", session_token="t")

    def PublishBatches(self, requests: Iterator[pb.Batch], context: grpc.ServicerContext) -> Iterator[pb.BatchAck]:
        for batch in requests:
            with self.changed:
                self.received.append(batch)
                self.changed.notify_all()
            if self.refuse is not None:
                code, self.refuse = self.refuse, None
                context.set_trailing_metadata((("duallane-code", code),))
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"batch {batch.batch_sequence} was refused")
            held = self.stored.setdefault((batch.run_id, batch.worker_id, batch.writer_session), [])
            if batch.batch_sequence > len(held) + 1:
                context.set_trailing_metadata((("duallane-code", "batch-hole"),))
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, "a batch is missing")
            while self.claims:
                yield pb.BatchAck(batch_sequence=self.claims.pop(0))
            if self.is_acknowledging:
                if batch.batch_sequence == len(held) + 1:
                    held.append(batch)
                yield pb.BatchAck(batch_sequence=len(held), unfollowed=not self.is_followed)

    def wait_for(self, batches: int, timeout: float = 20) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.received) >= batches, timeout)

    def table(self, kind: int) -> pa.Table:
        """Everything stored of one kind, in order."""
        batches = [b for held in self.stored.values() for b in held if b.kind == kind]
        tables = [pa.ipc.open_stream(b.arrow_ipc).read_all().replace_schema_metadata() for b in batches]
        return pa.concat_tables([t.cast(_plain(t.schema)) for t in tables])


def _plain(schema: pa.Schema) -> pa.Schema:
    """Without dictionaries and field metadata, which differ from batch to batch."""
    return pa.schema([(f.name, pa.utf8() if pa.types.is_dictionary(f.type) else f.type) for f in schema])
