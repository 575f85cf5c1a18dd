"""Calls to the trainer daemon: the channel, the stubs, and what a failure says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from google.protobuf.message_factory import GetMessageClass

from ._contract import duallane_pb2, trainer_pb2
from .daemon_call import Call
from .daemon_channel import route_to
from .home import Daemon
from .rpc_error import RpcError

if TYPE_CHECKING:
    from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

__all__ = [
    "Call",
    "Channel",
    "DuallaneServiceStub",
    "RpcError",
    "TrainerServiceStub",
    "connect",
    "duallane_code",
    "is_unimplemented",
    "refusal_code",
    "rpc_sentence",
]


class Channel:
    """Calls to one daemon, each on a connection of its own; leaving it ends those that still go on."""

    def __init__(self, daemon: Daemon) -> None:
        self._route = route_to(daemon)
        self._calls: list[Call[Any]] = []

    def call(self, service: str, method: MethodDescriptor, request: Any, timeout: float | None = None) -> Any:
        """The reply, or a Call that iterates over replies. request: a message, or an iterable where it takes many."""
        call = Call(
            self._route,
            f"/{service}/{method.name}",
            request if method.client_streaming else [request],
            GetMessageClass(method.output_type).FromString,
            timeout,
        )
        self._calls = [*(known for known in self._calls if not known.is_over), call]
        return call if method.server_streaming else call.only()

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_: object) -> None:
        for call in self._calls:
            call.close()


class _ServiceStub:
    """The methods of a service, under their names in the contract."""

    service: ServiceDescriptor

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self.service.methods_by_name.get(name)
        if method is None:
            raise AttributeError(name)
        return partial(self._channel.call, self.service.full_name, method)


class DuallaneServiceStub(_ServiceStub):
    service = duallane_pb2.DESCRIPTOR.services_by_name["DuallaneService"]


class TrainerServiceStub(_ServiceStub):
    service = trainer_pb2.DESCRIPTOR.services_by_name["TrainerService"]


def connect(daemon: Daemon) -> Channel:
    """A channel to the daemon's Unix socket, or to one elsewhere as settings says. Connects with its first call."""
    return Channel(daemon)


def rpc_sentence(error: RpcError) -> str:
    """What an RPC's failure says to a reader."""
    if error.code == "UNAVAILABLE" and not duallane_code(error):
        return "its connection broke"
    return error.details or error.code


def refusal_code(error: RpcError) -> str:
    """For a DuallaneError about a run that was not opened: "daemon-lost" when nobody has answered."""
    return duallane_code(error) or ("daemon-lost" if error.code == "UNAVAILABLE" else "run-refused")


def is_unimplemented(error: RpcError) -> bool:
    """True when the daemon does not serve the call at all."""
    return error.code == "UNIMPLEMENTED"


def duallane_code(error: RpcError) -> str:
    """The daemon's own code of a failure ("run-unknown", "batch-invalid", ...), or "" without one."""
    return error.metadata.get("duallane-code", "")
