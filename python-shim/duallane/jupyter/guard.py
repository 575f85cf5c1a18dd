"""Who may pass: a user known to the Jupyter server, allowed by its authorizer, on a page of an allowed origin.

Stricter than Jupyter's own rule in one point: a token does not excuse a foreign origin.
"""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from .bridge import Bridge, Ready, Starting, Unavailable

SETTLE_SECONDS = 10.0


class Refused(web.HTTPError):
    """An HTTP error with a code to act on and a sentence to read; sent as JSON {code, sentence}."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(status, sentence.replace("%", "%%"))
        self.code = code
        self.sentence = sentence


class GuardedRequest(JupyterHandler):
    """Base of everything under {base_url}duallane/. Unknown users, foreign origins: 403 before anything is done."""

    auth_resource = "duallane"

    def initialize(self, bridge: Bridge) -> None:
        self.bridge = bridge

    def skip_check_origin(self) -> bool:
        return False

    async def prepare(self) -> None:
        await super().prepare(_redirect_to_login=False)
        if not self.check_origin() or self._is_embedded_by_a_foreign_page():
            self.clear_header("Access-Control-Allow-Origin")
            raise Refused(403, "foreign-origin", "This page's origin is not the Jupyter server's own; it gets nothing.")

    def _is_embedded_by_a_foreign_page(self) -> bool:
        """A browser leaves Origin out of a plain GET (an image, a script, a link) and says where it comes from here."""
        no_origin = "Origin" not in self.request.headers and self.allow_origin != "*"
        return no_origin and self.request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")

    async def ready_bridge(self) -> Ready:
        """The bridge's address, waiting a moment while it starts. Raises Refused(503) with the reason."""
        match await self.bridge.settled(SETTLE_SECONDS):
            case Ready() as ready:
                return ready
            case Unavailable(code, sentence):
                raise Refused(503, code, sentence)
            case Starting():
                raise Refused(503, "bridge-starting", "The kernel bridge is being started. Try again in a moment.")

    def compute_etag(self) -> None:
        """None: the bridge names its own."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, Refused):
            body = {"code": error.code, "sentence": error.sentence}
        elif status_code == 403:
            body = {"code": "not-allowed", "sentence": "Sign in to this Jupyter server first."}
        else:
            sentence = f"The Jupyter server answered {status_code} ({self._reason})."
            body = {"code": f"http-{status_code}", "sentence": sentence}
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(body))
