"""The handler of `vmap`: one run of the mapped function, for the lanes that take one path.

An operation on batched arrays is performed once for all lanes.  Where a value is read that differs
between lanes, the run keeps those of its lowest lane and goes on; the others are queued and run
from the start later, their reads up to there decided.  So no exception crosses the function, and
each lane runs its own path only.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import nx
from nx import Array, ArrayType, ForeignError, MissingRuleError, NxError, ReadError
from nx.effects import Handler, Stack, annotate, draw_in, perform_in, read_in, running_in
from nx.primitives import P, Primitive

from rune._batching import Lanes, rule_of
from rune._lanes import Call, Meeting, Path, array_type_of, groups_of, lane_types

__all__ = ["Batch", "SetAside"]

_get_ident = threading.get_ident


class SetAside(BaseException):
    """Leaves a run whose lanes wait for the others at a collective; it is run again later."""

    def __init__(self, batch: Batch) -> None:
        super().__init__("a run of vmap waits for other lanes; let this exception pass")
        self.batch = batch


class Batch(Handler):
    """One run.

    An annotated array holds the physical array with the lanes in front, and the generation it was
    made in: how often the run had split by then.  One that is older is narrowed at its next use.

    Attributes
    ----------
    call : Call
        What all runs of one vmap share.
    lanes : ndarray of int64
        The lanes of this run, ascending.
    """

    title = "vmap"
    leaves_values = False

    def __init__(self, call: Call, path: Path) -> None:
        self.call = call
        self.lanes = path.lanes
        self.decided = path.reads
        self.reads: list[tuple[str, np.ndarray[Any, Any]]] = []
        self.met: list[Meeting] = list(path.met)
        self.meetings = 0
        self.drawn = 0
        self.thread = _get_ident()
        self.is_set_aside = False
        self.cuts: list[np.ndarray[Any, Any]] = []
        self.generation = 0
        self._narrowing: dict[int, Array] = {}
        if len(path.lanes) < call.count:
            self._cut(path.lanes)

    # Narrowing -----------------------------------------------------------------------------------

    def _cut(self, kept: np.ndarray[Any, Any]) -> None:
        self.cuts.append(kept)
        self.generation += 1
        self._narrowing.clear()

    def lower(self, x: Array) -> Array:
        if not (x._type.annotated and x._handler is self):
            return x
        return x._below if x._info == self.generation else self._narrowed(x)

    def shown(self, x: Array) -> Array:
        """Return the lanes that are left, as long as the run goes on; else those there were."""
        runs = self.live and not self.is_set_aside and self.thread == _get_ident()
        return self.lower(x) if runs else x._below

    def _narrowed(self, x: Array) -> Array:
        """Bring an array made before a split to the lanes that are left, once."""
        made: int = x._info
        index = self._narrowing.get(made)
        if index is None:
            numbers = self.cuts[-1]
            for cut in reversed(self.cuts[made:-1]):
                numbers = cut[numbers]
            index = nx.asarray(numbers, device=x._type.device)
            self._narrowing[made] = index
        x._below = perform_in(self.call.rest, P.gather, [x._below, index], {"axes": (0,)})
        x._info = self.generation
        return x._below

    def annotated(self, physical: Array, type_: ArrayType, generation: int | None = None) -> Array:
        """Return the array that the mapped function sees of a physical one."""
        made = self.generation if generation is None else generation
        return annotate(self, physical, made, type_)

    # The effects ---------------------------------------------------------------------------------

    def perform(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        if self.thread != _get_ident() or self.is_set_aside:
            self._refuse(primitive.name)
        if primitive.family != "elementwise":
            return self._perform_any(primitive, operands, params, rest)
        type_ = operands[0]._type
        made = self.generation
        lower = []
        for x in operands:
            if x._type is not type_ or not type_.annotated or x._handler is not self:
                return self._perform_any(primitive, operands, params, rest)
            lower.append(x._below if x._info == made else self._narrowed(x))
        # Every operand batched, all of one type: lanes in front are all there is to it.  So
        # frequent that the eager path and annotating are written out.
        physical = lower[0]._type
        kernel = None if params or rest is not None else physical.kernels[primitive.index]
        if kernel is None:
            out = perform_in(rest, primitive, lower, params)
        else:
            out = Array()
            out._type = physical
            try:
                out._data = kernel(*[x._data for x in lower])
            except RuntimeWarning:  # where warnings are errors; the long way is quiet
                out = perform_in(rest, primitive, lower, params)
        alias = Array()
        alias._type = type_ if out._type is physical else array_type_of(out).twin
        alias._data = None
        alias._handler = self
        alias._below = out
        alias._info = made
        return alias

    def _perform_any(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        xs: list[Array] = []
        batched: list[bool] = []
        for x in operands:
            owned = x._type.annotated and x._handler is self
            xs.append(self.lower(x) if owned else x)
            batched.append(owned)
        if primitive.family == "collective":
            return self._meet(primitive, operands[0], xs[0], batched[0], params, rest)
        if True not in batched:
            return perform_in(rest, primitive, operands, params)
        return self._by_rule(primitive, operands, xs, batched, params, rest)

    def _by_rule(
        self,
        primitive: Primitive,
        operands: Sequence[Array],
        xs: list[Array],
        batched: list[bool],
        params: dict[str, Any],
        rest: Stack,
    ) -> Any:
        types = lane_types(primitive, operands, params)
        rule = rule_of(primitive)
        if rule is None:
            if primitive.decomposition is not None:
                with running_in((self, rest)):
                    return primitive.decomposition(*operands, **params)
            raise MissingRuleError(f"{primitive.name}: cannot batch (it has no batching rule)")
        out = rule(Lanes(len(self.lanes), rest), primitive, xs, batched, params)
        if type(out) is tuple:
            return tuple(map(self.annotated, out, types))
        return annotate(self, out, self.generation, types)

    def read(self, x: Array, kind: str, rest: Stack) -> Any:
        if not self.owns(x):
            return read_in(rest, x, kind)
        if self.thread != _get_ident() or self.is_set_aside:
            self._refuse(kind)
        value = self._decided(x, kind)
        if value is None:
            value = self._split(self._wanted(x, kind, rest), kind, x.shape)
        self.reads.append((kind, value))
        return value

    def _decided(self, x: Array, kind: str) -> np.ndarray[Any, Any] | None:
        """Return what this read gave when the run's lanes still went with others."""
        k = len(self.reads)
        if k < len(self.decided):
            before, value = self.decided[k]
            if before == kind and value.shape == x.shape:
                return value
        return None

    def _wanted(self, x: Array, kind: str, rest: Stack) -> np.ndarray[Any, Any]:
        """Read the least that is asked for: lanes that agree in it stay together."""
        physical, of = self.lower(x), x.dtype.kind
        if kind == "bool" and of != "bool":
            physical = perform_in(rest, P.cast, [physical], {"dtype": nx.bool})
        elif kind == "int" and of == "floating":
            physical = perform_in(rest, P.trunc, [physical], {})
        return read_in(rest, physical, kind)

    def _split(
        self, values: np.ndarray[Any, Any], kind: str, shape: tuple[int, ...]
    ) -> np.ndarray[Any, Any]:
        """Keep the lanes whose value is that of the lowest one; queue the others."""
        if not len(values):
            raise ReadError(
                f"{kind}: cannot read a value of shape {shape} in a vmap of 0 lanes "
                "(there is none)\nhint: return before, where the axis is empty"
            )
        (first, *others) = groups_of(values)
        if others:
            self.call.branch(len(others))
            for group in others:
                reads = [*self.reads, (kind, np.array(values[group[0]]))]
                self.call.queue(Path(self.lanes[group], reads, self.met[: self.meetings]))
            self.lanes = self.lanes[first]
            self._cut(first)
        return np.array(values[first[0]])

    def draw(self, rest: Stack) -> Array:
        if self.thread != _get_ident() or self.is_set_aside:
            self._refuse("draw")
        if self.call.draws_once:
            return draw_in(rest)
        keys = self.call.keys(self.drawn)
        self.drawn += 1
        return self.annotated(keys, array_type_of(keys), generation=0)

    def _refuse(self, operation: str) -> None:
        if self.is_set_aside:  # the function caught it: leave at the next operation
            raise SetAside(self)
        raise ForeignError(
            f"{operation}: cannot work in a run of vmap from a second thread\n"
            "hint: start threads outside the mapped function, or vmap inside them"
        )

    # Collectives ---------------------------------------------------------------------------------

    def _meet(
        self,
        primitive: Primitive,
        x: Array,
        physical: Array,
        batched: bool,
        params: dict[str, Any],
        rest: Stack,
    ) -> Array:
        """Meet the other lanes, at once if all are here; else wait for them, and run again."""
        lane_types(primitive, [x], params)  # refuses what the collective does not take
        k = self.meetings
        meeting = self.met[k] if k < len(self.met) else None
        here = Meeting(primitive, params, x._type.plain)
        if meeting is not None:
            self.call.check_alike(meeting, here, self.lanes)
        else:
            physical = Lanes(len(self.lanes), rest).spread(physical, batched)
            if len(self.lanes) < self.call.count:
                path = Path(self.lanes, list(self.reads), list(self.met))
                self.call.wait(path, here, physical)
                self.is_set_aside = True
                raise SetAside(self)
            meeting = self.call.join(here, physical)
            self.met.append(meeting)
        self.meetings += 1
        if not meeting.batched:
            return meeting.value  # type: ignore[no-any-return]  # once met
        return self.annotated(meeting.value, array_type_of(meeting.value), generation=0)

    def lane_numbers(self) -> Array:
        """Return the number of each lane, as the mapped function sees it."""
        with running_in(self.call.rest):
            numbers = nx.arange(self.call.count, dtype=nx.int64, device=self.call.device)
        return self.annotated(numbers, array_type_of(numbers), generation=0)

    def check_done(self) -> None:
        """Raise if the run ended before a meeting that its lanes had been in."""
        if self.meetings < len(self.met):
            raise NxError(
                "vmap: cannot repeat a run (the mapped function did not reach a collective that it "
                "had reached before)\nhint: it must do the same whenever it gets the same arguments"
            )
