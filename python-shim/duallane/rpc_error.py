"""How gRPC says that a call failed (github.com/grpc/grpc, doc/statuscodes.md and doc/PROTOCOL-HTTP2.md)."""

from __future__ import annotations

from urllib.parse import unquote

_CODES = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
]  # fmt: skip
# What HTTP/2's resets and HTTP's answers mean in gRPC's words.
_RESETS = {7: "UNAVAILABLE", 8: "CANCELLED", 11: "RESOURCE_EXHAUSTED", 12: "PERMISSION_DENIED"}
_ANSWERS = {"401": "UNAUTHENTICATED", "403": "PERMISSION_DENIED", "404": "UNIMPLEMENTED", "503": "UNAVAILABLE"}


class RpcError(Exception):
    """A call that failed. code: gRPC's name of the status. details: the daemon's words. metadata: its trailers."""

    def __init__(self, code: str, details: str, metadata: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.metadata = metadata or {}


def reset_error(http_code: int) -> RpcError:
    """For a stream that was reset, by HTTP/2's number of the reason."""
    return RpcError(_RESETS.get(http_code, "INTERNAL"), f"the daemon broke the call off (HTTP/2 code {http_code})")


def status_error(headers: dict[str, str]) -> RpcError | None:
    """What the answer's headers and trailers say; None when all went well."""
    answer = headers.get(":status", "200")
    if "grpc-status" not in headers:
        if answer == "200":
            return RpcError("INTERNAL", "the daemon's answer cannot be read: it ended without a status")
        return RpcError(_ANSWERS.get(answer, "UNKNOWN"), f"it answered as HTTP, with status {answer}")
    status = headers["grpc-status"]
    code = _CODES[int(status)] if status.isdecimal() and int(status) < len(_CODES) else "UNKNOWN"
    return None if code == "OK" else RpcError(code, unquote(headers.get("grpc-message", "")), headers)
