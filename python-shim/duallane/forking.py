"""What a fork must not tear apart: descriptors that are this process's alone, and moments that end before a fork.

Guarantees
- A forked child holds no connection and no lock file of its parent's: the parent's end is seen when it comes.
- A fork waits for other threads that are `unforked`, for FORK_SECONDS at most: no import and no start of a process is
  left half done in the child, with its lock held by nobody.
"""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from . import settings


class _Closes(Protocol):
    def close(self) -> Any: ...


_Own = TypeVar("_Own", bound=_Closes)
_owned: set[_Closes] = set()
_whole = threading.RLock()


def unforked() -> AbstractContextManager[Any]:
    """A block in which no other thread forks. For what is done soon."""
    return _whole


def own(resource: _Own) -> _Own:
    """A socket or file that is closed in a forked child, until it is `let_go`. Make it where it is `unforked`."""
    _owned.add(resource)
    return resource


def let_go(resource: _Closes) -> None:
    """Closes it here."""
    _owned.discard(resource)
    resource.close()


def _before() -> None:
    _whole.acquire(timeout=settings.FORK_SECONDS)


def _after_in_parent() -> None:
    try:
        _whole.release()
    except RuntimeError:  # the fork did not wait any longer
        return


def _after_in_child() -> None:
    global _whole
    _whole = threading.RLock()
    for resource in list(_owned):
        resource.close()
    _owned.clear()


os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
