"""Our gRPC calls against gRPC's own server: whole messages both ways, failures by their names, nothing left behind."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest

from duallane import forking
from duallane._contract.duallane_pb2 import Batch
from duallane.daemon_call import Call
from duallane.daemon_channel import Route
from duallane.rpc_error import RpcError

MEGABYTES = 1 << 20


def echo(requests: Iterator[Batch], _context: grpc.ServicerContext) -> Iterator[Batch]:
    yield from requests


def much(request: Batch, _context: grpc.ServicerContext) -> Iterator[Batch]:
    for number in range(request.rows):
        yield Batch(rows=number, arrow_ipc=bytes(3 * MEGABYTES))


def refuse(_request: Batch, context: grpc.ServicerContext) -> Batch:
    context.set_trailing_metadata((("duallane-code", "batch-invalid"), ("long", "x" * 3000)))
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "größer als 100 %")
    raise AssertionError


def refuse_many(requests: Iterator[Batch], context: grpc.ServicerContext) -> Iterator[Batch]:
    yield next(requests)
    context.abort(grpc.StatusCode.NOT_FOUND, "no such run")


def wait(_request: Batch, context: grpc.ServicerContext) -> Iterator[Batch]:
    yield Batch(rows=1)
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait(20)


@pytest.fixture
def server(home: Path) -> Iterator[grpc.Server]:
    handled = {
        name: kind(method, Batch.FromString, Batch.SerializeToString)
        for name, kind, method in (
            ("Echo", grpc.stream_stream_rpc_method_handler, echo),
            ("Much", grpc.unary_stream_rpc_method_handler, much),
            ("Refuse", grpc.unary_unary_rpc_method_handler, refuse),
            ("RefuseMany", grpc.stream_stream_rpc_method_handler, refuse_many),
            ("Wait", grpc.unary_stream_rpc_method_handler, wait),
        )
    }
    server = grpc.server(futures.ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t", handled),))
    server.add_insecure_port(f"unix:{home}/s")
    server.start()
    yield server
    server.stop(None).wait(10)


@pytest.fixture
def call(home: Path) -> Iterator[Callable[..., Call[Batch]]]:
    """Opens calls; all of them must be gone at the end, with their sockets and threads."""

    def open_call(method: str, requests: Iterable[Any], timeout: float | None = None) -> Call[Batch]:
        return Call(Route(f"{home}/s"), f"/t/{method}", requests, Batch.FromString, timeout)

    yield open_call
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not forking._owned and not [t for t in threading.enumerate() if t.name == "duallane-requests"]:
            return
        time.sleep(0.01)
    raise AssertionError(f"left behind: {forking._owned} {threading.enumerate()}")


def failure(replies: Iterable[Batch]) -> RpcError:
    with pytest.raises(RpcError) as caught:
        list(replies)
    return caught.value


def test_messages_of_any_size_come_back_whole_and_in_order(server: grpc.Server, call: Any) -> None:
    sizes = [0, 1, 16_379, 16_384, 65_530, 65_536, 3 * MEGABYTES, 0, 20 * MEGABYTES]
    sent = [Batch(rows=at, arrow_ipc=bytes([at]) * size) for at, size in enumerate(sizes)]
    assert list(call("Echo", iter(sent))) == sent
    assert list(call("Echo", sent, timeout=30)) == sent
    assert list(call("Echo", [])) == []


def test_a_reader_that_is_slow_gets_everything_and_holds_back_the_server(server: grpc.Server, call: Any) -> None:
    replies = call("Much", [Batch(rows=12)])
    time.sleep(0.3)
    assert len(replies._frames) + len(replies._messages) == 0, "nothing is read that is not asked for"
    assert [(reply.rows, len(reply.arrow_ipc)) for reply in replies] == [(n, 3 * MEGABYTES) for n in range(12)]


def test_a_refusal_brings_its_code_its_words_and_what_goes_with_it(server: grpc.Server, call: Any) -> None:
    error = failure(call("Refuse", [Batch()]))
    assert (error.code, error.details) == ("FAILED_PRECONDITION", "größer als 100 %")
    assert error.metadata["duallane-code"] == "batch-invalid"
    assert len(error.metadata["long"]) == 3000
    assert failure(call("Nothing", [Batch()])).code == "UNIMPLEMENTED"


def test_a_refusal_amid_requests_is_heard_behind_what_came_before_it(server: grpc.Server, call: Any) -> None:
    replies = call("RefuseMany", (Batch(rows=n, arrow_ipc=bytes(MEGABYTES)) for n in range(1000)))
    assert next(replies).rows == 0
    error = failure(replies)
    assert (error.code, error.details) == ("NOT_FOUND", "no such run")


def test_a_daemon_that_does_not_answer_in_time_is_left(server: grpc.Server, call: Any) -> None:
    assert failure(call("Wait", [Batch()], timeout=0.3)).code == "DEADLINE_EXCEEDED"


def test_a_call_is_cancelled_from_another_thread(server: grpc.Server, call: Any) -> None:
    replies = call("Wait", iter([Batch()]))
    assert next(replies).rows == 1
    threading.Timer(0.1, replies.cancel).start()
    assert failure(replies).code == "CANCELLED"


def test_a_daemon_that_goes_or_is_not_there_is_unavailable(server: grpc.Server, call: Any) -> None:
    replies = call("Wait", [Batch()])
    assert next(replies).rows == 1
    threading.Timer(0.1, server.stop, (None,)).start()
    assert failure(replies).code in ("UNAVAILABLE", "CANCELLED")
    server.stop(None).wait(10)
    with pytest.raises(RpcError) as caught:
        call("Echo", [])
    assert caught.value.code == "UNAVAILABLE"


def test_requests_that_cannot_be_made_end_the_call_with_the_reason(server: grpc.Server, call: Any) -> None:
    def broken() -> Iterator[Batch]:
        yield Batch()
        raise KeyError("no such row")

    error = failure(call("Echo", broken()))
    assert error.code == "INTERNAL"
    assert "no such row" in error.details


def test_an_interrupt_goes_through_and_leaves_no_connection(server: grpc.Server, call: Any) -> None:
    class Interrupted:
        def ByteSize(self) -> int:
            return 0

        def SerializeToString(self) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call("Echo", [Interrupted()])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "UNAVAILABLE"),
        (b"", "UNAVAILABLE"),
        (bytes.fromhex("000000000100000001"), "INTERNAL"),  # the end, without a status
        (bytes.fromhex("000001010400000001" + "80"), "INTERNAL"),  # a header that there is not
        (bytes.fromhex("000004030000000001" + "00000002"), "INTERNAL"),  # a reset
        (bytes.fromhex("000008070000000000" + "0000000000000000"), "UNAVAILABLE"),  # no calls any more
        (bytes.fromhex("000005000000000001" + "00ffffffff"), "INTERNAL"),  # a message of 4 GiB
        (bytes.fromhex("000002040000000000" + "0001"), "INTERNAL"),  # half a setting
    ],
)
def test_what_is_no_grpc_is_an_error_that_says_so(home: Path, call: Any, said: bytes, code: str) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{home}/s")
        listening.listen()

        def answer() -> None:
            answering, _ = listening.accept()
            with answering:
                answering.recv(65_536)
                answering.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        assert failure(call("Echo", [])).code == code
        thread.join(10)
