"""What all runs of one vmap share: the queue of paths, the meetings, the random keys."""

from __future__ import annotations

import heapq
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import nx
from nx import Array, ArrayType
from nx._execute import infer
from nx.effects import Stack, draw_in, perform, perform_in, running_in
from nx.primitives import P, Primitive

from rune._batching import ROWS, Lanes
from rune._errors import CollectiveError, PathError
from rune._meetings import Meeting, met_on_own_axis
from rune._notes import depth_of_user

__all__ = ["Call", "Meeting", "Path", "array_type_of", "groups_of", "lane_types", "named_lanes"]

Numbers = np.ndarray[Any, Any]

MANY_PATHS: Final = 64
"""From so many paths on a warning tells that a vmap is close to a loop."""


@dataclass(slots=True)
class Path:
    """Lanes that have taken the same path so far: what they read, and where they met others."""

    lanes: Numbers
    reads: list[tuple[str, Numbers]]
    met: list[Meeting]


def groups_of(values: Numbers) -> list[Numbers]:
    """Partition lanes by their values' bits; each group ascends, the lowest lane's comes first."""
    n = len(values)
    rows = np.ascontiguousarray(values).reshape(n, -1)
    width = rows.shape[1] * rows.itemsize
    if not width:
        return [np.arange(n)]
    raw = rows.view(f"u{width}" if width in (1, 2, 4, 8) else f"V{width}").reshape(n)
    if (raw == raw[0]).all():
        return [np.arange(n)]
    if raw.dtype.kind == "V":
        seen: dict[bytes, list[int]] = {}
        for i, row in enumerate(raw):
            seen.setdefault(row.tobytes(), []).append(i)
        return [np.array(group) for group in seen.values()]
    _, first, which = np.unique(raw, return_index=True, return_inverse=True)
    order = np.argsort(which, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(which))[:-1])
    return [groups[i] for i in np.argsort(first)]


def array_type_of(physical: Array) -> ArrayType:
    """Return a lane's type of a physical array."""
    type_ = physical._type
    return type_.with_shape(type_.shape[1:])


_inferred: dict[Any, Any] = {}


def lane_types(primitive: Primitive, operands: Sequence[Array], params: dict[str, Any]) -> Any:
    """Check an operation as a lane has it, and return its output's type (or types)."""
    types = tuple([x._type.plain for x in operands])
    key = (primitive, types, tuple(params.items()))
    found = _inferred.get(key)
    if found is None:
        found = infer(primitive, types, params)
        if len(_inferred) > 4096:
            _inferred.clear()
        _inferred[key] = found
    return found


def named_lanes(lanes: Numbers) -> str:
    """Return lanes for a message: "lanes 0, 2, 5"; the first few of many."""
    shown = ", ".join(map(str, lanes[:8]))
    more = f" and {len(lanes) - 8} more" if len(lanes) > 8 else ""
    return f"lane{'s' if len(lanes) != 1 else ''} {shown}{more}"


@dataclass(slots=True)
class Call:
    """One call of a mapped function."""

    name: str
    count: int
    axis_name: Any
    rest: Stack
    device: Any
    max_paths: int | None
    draws_once: bool = False
    paths: int = 1
    _queue: list[tuple[int, Path]] = field(default_factory=list)
    _waiting: list[tuple[Path, Meeting, Array]] = field(default_factory=list)
    _lane_keys: Array | None = None
    _keys: list[Array] = field(default_factory=list)

    # Paths
    def queue(self, path: Path) -> None:
        """Have lanes run later."""
        heapq.heappush(self._queue, (int(path.lanes[0]) if len(path.lanes) else 0, path))

    def next_path(self) -> Path | None:
        """Return the queued path of the lowest lane; when all wait, let them meet first."""
        if not self._queue and self._waiting:
            self._meet_all()
        return heapq.heappop(self._queue)[1] if self._queue else None

    def branch(self, more: int) -> None:
        """Count paths; warn of many, at the user's line, and raise if there are too many."""
        before, self.paths = self.paths, self.paths + more
        if self.max_paths is not None and self.paths > self.max_paths:
            raise PathError(
                f"vmap: cannot take {self.paths} paths (max_paths={self.max_paths}, "
                f"{self.count} lanes)\nhint: compute with where(...) what differs between lanes"
            )
        if before < MANY_PATHS <= self.paths:
            warnings.warn(
                f"vmap: {self.name} takes {self.paths} paths or more for {self.count} lanes, "
                "and runs once for each; where(...) keeps lanes together",
                RuntimeWarning,
                stacklevel=depth_of_user(),
            )

    # Randomness
    def keys(self, k: int) -> Array:
        """Return the k-th keys of all lanes, physical: fold_in(fold_in(base, lane), k)."""
        with running_in(self.rest):
            if self._lane_keys is None:
                base = draw_in(self.rest)
                lanes = nx.arange(self.count, dtype=nx.uint32, device=base.device)
                self._lane_keys = nx.random.fold_in(base, lanes)
            while len(self._keys) <= k:
                number = [0, len(self._keys)]
                counter = nx.asarray(number, dtype=nx.uint32, device=self._lane_keys.device)
                self._keys.append(perform(P.threefry2x32, self._lane_keys, counter))
        return self._keys[k]

    # Meetings
    def wait(self, path: Path, meeting: Meeting, physical: Array) -> None:
        """Keep what lanes bring to a meeting until all have come."""
        self._waiting.append((path, meeting, physical))

    def _meet_all(self) -> None:
        self._waiting.sort(key=lambda entry: int(entry[0].lanes[0]))
        (path, first, _), *others = self._waiting
        for other, meeting, _ in others:
            self.check_alike(first, meeting, other.lanes, path.lanes)
        lanes = np.concatenate([path.lanes for path, _, _ in self._waiting])
        if len(lanes) < self.count:
            missing = np.setdiff1d(np.arange(self.count), lanes)
            raise CollectiveError(
                f"{first.primitive.name}: cannot meet all lanes ({named_lanes(np.sort(lanes))} "
                f"came, {named_lanes(missing)} finished without it)\n"
                "hint: every lane must reach the same collectives, in the same order"
            )
        whole = self.assembled(lanes, [x for _, _, x in self._waiting])
        meeting = self.join(first, whole)
        for path, _, _ in self._waiting:
            path.met.append(meeting)
            self.queue(path)
        self._waiting.clear()

    def assembled(self, lanes: Numbers, parts: Sequence[Array]) -> Array:
        """Return the physical array of all lanes, from parts that hold some each."""
        if len(parts) == 1:
            return parts[0]
        order = nx.asarray(np.argsort(lanes), device=parts[0].device)
        whole = perform_in(self.rest, P.concat, list(parts), {"axis": 0})
        return perform_in(self.rest, P.gather, [whole, order], {"axes": (0,)})  # type: ignore[no-any-return]  # one output

    def join(self, here: Meeting, physical: Array) -> Meeting:
        """Compute a collective of all lanes, here or (of an outer axis) further out."""
        if here.params["axis_name"] == self.axis_name:
            value, batched = met_on_own_axis(self.rest, here.primitive, physical, here.params)
        else:
            lanes, rule = Lanes(self.count, self.rest), ROWS[here.primitive]
            value, batched = rule(lanes, here.primitive, [physical], [True], here.params), True
        return Meeting(here.primitive, here.params, here.type, value, batched)

    def check_alike(
        self, first: Meeting, other: Meeting, lanes: Numbers, first_lanes: Numbers | None = None
    ) -> None:
        """Raise unless lanes came to the same meeting."""
        if (first.primitive, first.params, first.type) != (
            other.primitive,
            other.params,
            other.type,
        ):
            where = "the others" if first_lanes is None else named_lanes(first_lanes)
            raise CollectiveError(
                f"{other.primitive.name}: cannot meet ({named_lanes(lanes)} came to {other}, "
                f"{where} to {first})\n"
                "hint: every lane must reach the same collectives, in the same order, with the "
                "same shape and dtype"
            )
