"""`duallane bench`: what the promises of cost are worth here, each beside a peer or a limit of the same run."""

from .command import main

__all__ = ["main"]
