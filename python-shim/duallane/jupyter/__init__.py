"""Beside the Jupyter server: starts the kernel bridge, decides who may pass, and relays bytes. Nothing else."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .extension import DuallaneExtension

    return [{"module": "duallane.jupyter", "app": DuallaneExtension}]
