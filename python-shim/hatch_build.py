"""Build hook: what is built by webpack goes into the wheel once, and a wheel is refused without it.

- A wheel carries the page's bundle as shared data (`share/jupyter/labextensions/@duallane/lab`) and the Node programs
  inside the package.
- An editable install carries neither: it works in an unbuilt tree, and the page's bundle is linked by
  `jupyter-builder develop`. (Copied files would be listed as installed; removing them would empty the tree through the
  link.)
"""

from __future__ import annotations

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LABEXTENSION = "duallane/labextension"
BUILT = [
    f"{LABEXTENSION}/package.json",
    f"{LABEXTENSION}/install.json",
    f"{LABEXTENSION}/static/remoteEntry.*.js",
    "duallane/node/duallane.js",
    "duallane/node/bridge.js",
]


class BuiltTree(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict) -> None:
        """version: "standard" or "editable". Raises FileNotFoundError, with the remedy, for an unbuilt tree."""
        if version == "editable":
            return
        missing = [pattern for pattern in BUILT if not any(Path(self.root).glob(pattern))]
        if missing:
            raise FileNotFoundError(f"This tree is not built: {', '.join(missing)} missing. Run `npm run build` first.")
        if self.target_name == "wheel":
            build_data["shared_data"][str(Path(self.root, LABEXTENSION))] = "share/jupyter/labextensions/@duallane/lab"
