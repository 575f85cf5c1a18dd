"""The channel to a daemon elsewhere: TLS and the token, from the files that settings names.

A token never goes in the clear over a network: DuallaneError("token-unprotected"). Files that cannot be read are
"tls-unusable" and "token-unusable", with a sentence.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc

from . import settings
from .errors import DuallaneError

_HERE = re.compile(r"^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$")


def open_channel(target: str, options: Sequence[tuple[str, Any]]) -> grpc.Channel:
    """A channel to HOST:PORT. Connects lazily."""
    files = settings.daemon_security()
    token = _read(files.token_file, "token-unusable").decode().strip() if files.token_file else ""
    if bool(files.tls_cert) != bool(files.tls_key):
        raise DuallaneError("tls-unusable", "DUALLANE_TLS_CERT and DUALLANE_TLS_KEY go together: name both or none.")
    if not (files.tls_ca or files.tls_cert):
        if token and not _HERE.match(target):
            raise DuallaneError(
                "token-unprotected",
                f"The token would go to {target} in the clear: name the CA of its certificate in DUALLANE_TLS_CA, "
                "or use a tunnel (ssh -L).",
            )
        channel = grpc.insecure_channel(target, options=options)
        return grpc.intercept_channel(channel, _Token(token)) if token else channel
    ca, key, cert = (
        _read(path, "tls-unusable") if path else None for path in (files.tls_ca, files.tls_key, files.tls_cert)
    )
    credentials = grpc.ssl_channel_credentials(ca, key, cert)
    if token:
        credentials = grpc.composite_channel_credentials(credentials, grpc.access_token_call_credentials(token))
    return grpc.secure_channel(target, credentials, options=options)


def _read(path: str, code: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as cause:
        raise DuallaneError(code, f"{path} cannot be read: {cause.strerror}.") from cause


class _CallDetails(
    collections.namedtuple("_CallDetails", ("method", "timeout", "metadata", "credentials")), grpc.ClientCallDetails
):
    pass


class _Token(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Adds the token to each call of a channel without TLS, which takes no call credentials."""

    def __init__(self, token: str) -> None:
        self._header = ("authorization", f"Bearer {token}")

    def _call(self, continuation: Any, details: grpc.ClientCallDetails, request: Any) -> Any:
        metadata = [*(details.metadata or ()), self._header]
        return continuation(_CallDetails(details.method, details.timeout, metadata, details.credentials), request)

    intercept_unary_unary = intercept_unary_stream = _call
    intercept_stream_unary = intercept_stream_stream = _call
