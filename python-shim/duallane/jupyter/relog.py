"""The bridge's JSON log lines, said again by the Jupyter server's logger at their own level."""

from __future__ import annotations

import asyncio
import json
import logging

_LEVELS = {"error": logging.ERROR, "warn": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}


def log_line(text: str) -> tuple[int, str]:
    """(level, message) of one line of the bridge's standard error.

    What is no JSON object of ours (a crash's stack) is a warning, word for word.
    """
    try:
        fields = json.loads(text)
        level = _LEVELS[fields.pop("level")]
        event = fields.pop("event")
        fields.pop("time", None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return logging.WARNING, f"duallane bridge: {text}"
    words = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    told = " ".join(f"{name}={word}" for name, word in words.items())
    return level, f"duallane bridge: {event} {told}".rstrip()


async def relog(lines: asyncio.StreamReader, log: logging.Logger) -> None:
    """Logs every line until the stream ends. A line beyond the reader's limit is cut out and said to be."""
    while True:
        try:
            line = await lines.readline()
        except ValueError:
            log.warning("duallane bridge: a log line was too long and is left out")
            continue
        if not line:
            return
        text = line.decode("utf-8", "replace").strip()
        if text:
            log.log(*log_line(text))
