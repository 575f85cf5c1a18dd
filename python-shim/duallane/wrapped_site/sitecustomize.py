"""Python reads this first in a process under `duallane run --wrap`: it has Gymnasium log, and hands on to the user's
own sitecustomize, which is the next one on the path."""

import importlib.machinery
import importlib.util
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))

try:
    from duallane import auto_wrap
except ImportError as error:
    sys.stderr.write(
        f"duallane: {sys.executable} cannot load Duallane ({error}), so this script runs unwatched. "
        "Install it there with `pip install duallane`.\n"
    )
else:
    auto_wrap.install()

_others = [place for place in sys.path if os.path.abspath(place or os.curdir) != _here]
_next = importlib.machinery.PathFinder.find_spec("sitecustomize", _others)
if _next is not None and _next.loader is not None:
    _module = importlib.util.module_from_spec(_next)
    sys.modules["sitecustomize"] = _module
    _next.loader.exec_module(_module)
