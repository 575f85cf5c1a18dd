"""Runs as groups of seeds: the same rules as the page's comparison (src/widgets/comparison/groups.ts).

Golden: proto/fixtures/run-groups.golden.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SEED = re.compile(r"(^|[._-])seed$", re.IGNORECASE)
_TASK = re.compile(r"(^|[._-])(env|env_id|environment|environment_id|task|game)$", re.IGNORECASE)
_BUDGET = re.compile(
    r"(^|[._-])(total_timesteps|total_steps|max_steps|num_timesteps|timesteps|budget|total_env_steps)$", re.IGNORECASE
)


@dataclass(frozen=True)
class NamedRun:
    """What grouping needs of a run. config: as flat_config gives it. created_us: when it was opened."""

    run_id: str
    name: str
    config: Mapping[str, str]
    created_us: int | None = None

    @property
    def seed(self) -> str | None:
        return _shallowest(self.config, _SEED)

    @property
    def task(self) -> str:
        return _shallowest(self.config, _TASK) or ""

    @property
    def budget(self) -> float | None:
        """Environment steps the run was meant to take."""
        for path, value in self.config.items():
            if _BUDGET.search(path):
                try:
                    budget = float(value)
                except ValueError:
                    continue
                if 0 < budget < float("inf"):
                    return budget
        return None


@dataclass(frozen=True)
class RunGroup:
    """missing_seeds: those that other groups have and this one has not."""

    label: str
    runs: tuple[NamedRun, ...]
    missing_seeds: tuple[str, ...]


def flat_config(config: Mapping[str, Any]) -> dict[str, str]:
    """Values by path: nested keys joined by dots, lists and empty objects as JSON."""
    flat: dict[str, str] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, Mapping) and value:
            for key, inner in value.items():
                walk(inner, f"{path}.{key}" if path else str(key))
        elif path:
            flat[path] = value if isinstance(value, str) else _json(value)

    walk(config, "")
    return flat


def _json(value: Any) -> str:
    """As JavaScript writes it: 1.0 is 1."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        value = int(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _shallowest(config: Mapping[str, str], pattern: re.Pattern[str]) -> str | None:
    paths = sorted((path for path in config if pattern.search(path)), key=lambda path: path.count("."))
    return config[paths[0]] if paths else None


def group_runs(runs: Sequence[NamedRun], by: str) -> list[RunGroup]:
    """by: "seed" (alike in everything but the seed), "name", "run", or the path of a config key."""
    found: dict[Any, tuple[str, list[NamedRun]]] = {}
    shared = _shared_names(runs)
    for run in runs:
        key, label = _key_of(run, by, shared)
        found.setdefault(key, (label, []))[1].append(run)
    seeds = {run.seed for run in runs} - {None}
    groups = []
    for label, members in found.values():
        own = {run.seed for run in members} - {None}
        missing = () if by == "run" or not own else tuple(sorted(seeds - own, key=_size))
        groups.append(RunGroup(label, tuple(members), missing))
    return [_told_apart(group, groups) for group in groups]


def _shared_names(runs: Sequence[NamedRun]) -> set[Any]:
    """Names that runs of different seeds have, alike in all else: no seed is in them, whatever number they end with."""
    seeds: dict[Any, set[str | None]] = {}
    for run in runs:
        seeds.setdefault((run.name, _rest_of(run)), set()).add(run.seed)
    return {key for key, found in seeds.items() if len(found) > 1}


def _rest_of(run: NamedRun) -> frozenset[tuple[str, str]]:
    return frozenset(item for item in run.config.items() if not _SEED.search(item[0]))


def _key_of(run: NamedRun, by: str, shared: set[Any]) -> tuple[Any, str]:
    name = run.name or run.run_id
    if by == "run":
        return run.run_id, name
    if by == "name":
        return name, name
    if by == "seed":
        rest = _rest_of(run)
        label = name if (run.name, rest) in shared else _without_seed(name, run.seed)
        return (label, rest), label
    value = run.config.get(by)
    return value, f"no {by}" if value is None else f"{by} {value}"


def _without_seed(name: str, seed: str | None) -> str:
    if not seed or not name.endswith(seed):
        return name
    rest = name[: -len(seed)]
    cut = re.search(r"([-_ .,:=]+(seed|s)?|seed)[-_ .,:=]*$", rest, re.IGNORECASE)
    return rest[: cut.start()] if cut and cut.start() > 0 else name


def _told_apart(group: RunGroup, groups: Sequence[RunGroup]) -> RunGroup:
    """Groups that would be called the same get what sets them apart."""
    same = [other for other in groups if other.label == group.label]
    if len(same) == 1:
        return group
    words = []
    for path in sorted({path for other in same for run in other.runs for path in run.config}):
        values = [list(dict.fromkeys(run.config[path] for run in other.runs if path in run.config)) for other in same]
        if not _SEED.search(path) and any(value != values[0] for value in values):
            own = values[next(at for at, other in enumerate(same) if other is group)]
            words.append(f"{path.split('.')[-1]}={'|'.join(own) or 'none'}")
    return RunGroup(
        f"{group.label} {' '.join(words[:3]) or group.runs[0].run_id[-6:]}", group.runs, group.missing_seeds
    )


def _size(seed: str) -> tuple[float, str]:
    try:
        return float(seed), seed
    except ValueError:
        return float("inf"), seed
