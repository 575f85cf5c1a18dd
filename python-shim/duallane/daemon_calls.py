"""gRPC to the trainer daemon: the channel, the stubs, and what a failure says.

The other modules take `grpc` and the stubs from here, because gRPC reads its verbosity when it is imported.
"""

from __future__ import annotations

from . import settings

settings.quiet_grpc()

import grpc  # noqa: E402

from ._contract import limits  # noqa: E402
from ._contract.duallane_pb2_grpc import DuallaneServiceStub  # noqa: E402
from ._contract.trainer_pb2_grpc import TrainerServiceStub  # noqa: E402
from .daemon_channel import open_channel  # noqa: E402
from .home import Daemon  # noqa: E402

__all__ = [
    "DuallaneServiceStub",
    "TrainerServiceStub",
    "connect",
    "duallane_code",
    "grpc",
    "is_unimplemented",
    "rpc_sentence",
]

_CHANNEL_OPTIONS = (
    ("grpc.max_send_message_length", limits.GRPC_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", limits.GRPC_MESSAGE_BYTES),
    ("grpc.enable_http_proxy", 0),
    # A reconnect after a restart of the daemon must not inherit another channel's back-off.
    ("grpc.use_local_subchannel_pool", 1),
)


def connect(daemon: Daemon) -> grpc.Channel:
    """A channel to the daemon's Unix socket, or to one elsewhere as settings says; close it after use."""
    if not daemon.socket:
        return open_channel(daemon.target, _CHANNEL_OPTIONS)
    return grpc.insecure_channel(daemon.target, options=_CHANNEL_OPTIONS)


def rpc_sentence(error: grpc.RpcError) -> str:
    """What an RPC's failure says to a reader."""
    if not isinstance(error, grpc.Call):
        return str(error)
    if error.code() is grpc.StatusCode.UNAVAILABLE and not duallane_code(error):
        return "its connection broke"
    return error.details() or error.code().name


def is_unimplemented(error: grpc.RpcError) -> bool:
    """True when the daemon does not serve the call at all."""
    return isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.UNIMPLEMENTED


def duallane_code(error: grpc.RpcError) -> str:
    """The daemon's own code of a failure ("run-unknown", "batch-invalid", ...), or "" without one."""
    metadata = (error.trailing_metadata() if isinstance(error, grpc.Call) else None) or ()
    return next((str(value) for key, value in metadata if key == "duallane-code"), "")
