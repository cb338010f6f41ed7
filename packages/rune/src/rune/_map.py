"""vmap and vmaps: run a function once for all lanes of its arguments."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import nx
from nx import Array, AxisError, DomainError, DTypeError, ShapeError
from nx.effects import current, handling, perform_in, settle
from nx.primitives import P

from rune import _trees
from rune._axes import as_in_axes, as_out_axes, spread
from rune._batch import Batch, SetAside
from rune._lanes import Call, Path, array_type_of, named_lanes
from rune._merging import Finished, merged
from rune._notes import add_note, name_of
from rune._spelling import one_list
from rune._transforms import check_callable, named, settled

__all__ = ["vmap", "vmap_inside", "vmaps"]


@dataclass(frozen=True, slots=True)
class _Mapping:
    """What vmap was asked for, apart from the function."""

    in_axes: Any
    out_axes: Any
    axis_name: Any
    axis_size: int | None
    max_paths: int | None
    operation: str
    is_part: bool = False

    def __post_init__(self) -> None:
        for name, value in (("axis_size", self.axis_size), ("max_paths", self.max_paths)):
            if value is not None and (isinstance(value, bool) or not hasattr(value, "__index__")):
                raise TypeError(f"{self.operation}: cannot use {value!r} as {name} (an int)")
        if self.axis_size is not None and self.axis_size < 0:
            raise ShapeError(
                f"{self.operation}: cannot map over {self.axis_size} lanes (axis_size)"
            )
        if self.max_paths is not None and self.max_paths < 1:
            raise DomainError(
                f"{self.operation}: cannot take {self.max_paths} paths at most (max_paths)"
            )


def _to_front(x: Any, axis: int, operation: str) -> Array:
    """Return an argument as an array with its mapped axis in front."""
    if not isinstance(x, Array):
        try:
            x = nx.asarray(x)
        except DTypeError:
            raise DTypeError(
                f"{operation}: cannot map over a {type(x).__name__}\n"
                "hint: arguments are trees of arrays; None in in_axes passes others on"
            ) from None
    x = settle(current(), x, operation)
    if not -x.ndim <= axis < x.ndim:
        raise AxisError(
            f"{operation}: cannot map axis {axis} of an array of shape {x.shape}\n"
            "hint: in_axes=None (or NoMap) gives every lane the whole of it"
        )
    axis %= x.ndim
    if axis == 0:
        return x  # type: ignore[no-any-return]  # settled
    order = (axis, *(i for i in range(x.ndim) if i != axis))
    return perform_in(current(), P.permute_dims, [x], {"axes": order})  # type: ignore[no-any-return]  # one output


def _count(
    leaves: Sequence[Any], axes: Sequence[int | None], size: int | None, operation: str
) -> int:
    lengths = {x.shape[0]: x for x, a in zip(leaves, axes, strict=True) if a is not None}
    if size is not None:
        lengths.setdefault(size, None)
    if not lengths:
        raise ShapeError(
            f"{operation}: cannot tell how many lanes there are (nothing is mapped)\n"
            "hint: axis_size=, or map one argument at least"
        )
    if len(lengths) > 1:
        found = " and ".join(
            f"{n} (axis_size)" if x is None else f"{n} (of {_outside(x, leaves, axes)})"
            for n, x in lengths.items()
        )
        raise ShapeError(
            f"{operation}: cannot map axes of different lengths: {found}\n"
            "hint: in_axes says which axis of each argument is mapped, None for none"
        )
    (count,) = lengths
    return int(count)


def _outside(x: Array, leaves: Sequence[Any], axes: Sequence[int | None]) -> str:
    """Describe a mapped leaf as the caller passed it."""
    axis = next(a for leaf, a in zip(leaves, axes, strict=True) if leaf is x)
    shape = list(x.shape[1:])
    shape.insert(axis % x.ndim if axis is not None else 0, x.shape[0])
    return f"axis {axis} of shape {tuple(shape)}"


class _Mapped:
    """One call of a mapped function, run by run."""

    def __init__(self, f: Callable[..., Any], how: _Mapping, args: Any, kwargs: Any) -> None:
        self.f = f
        self.how = how
        operation = how.operation
        self.leaves, self.structure = _trees.flatten((args, kwargs))
        if type(how.in_axes) is int and not kwargs:  # so frequent that it needs no tree of axes
            self.axes: Sequence[int | None] = [how.in_axes] * len(self.leaves)
        else:
            plan = (as_in_axes(how.in_axes, len(args), operation), dict.fromkeys(kwargs, 0))
            self.axes = spread(plan, (args, kwargs), operation, "in_axes", how.in_axes)
        self.leaves = [
            x if a is None else _to_front(x, a, operation)
            for x, a in zip(self.leaves, self.axes, strict=True)
        ]
        count = _count(self.leaves, self.axes, how.axis_size, operation)
        mapped = [x for x, a in zip(self.leaves, self.axes, strict=True) if a is not None]
        device = mapped[0].device if mapped else None
        self.call = Call(
            name_of(f), count, how.axis_name, current(), device, how.max_paths, how.is_part
        )
        self.call.queue(Path(np.arange(count), [], []))
        self.runs = 0

    def run(self) -> Any:
        """Run all paths and put their results together."""
        done: list[Finished] = []
        while (path := self.call.next_path()) is not None:
            self.runs += 1
            batch = Batch(self.call, path)
            try:
                finished = self._run_once(batch)
            except SetAside as away:
                if away.batch is not batch:
                    raise
                continue
            except Exception as error:
                if batch.is_set_aside:  # the function turned the exception into its own
                    continue
                self._explain(error, batch)
                raise
            if not batch.is_set_aside:
                batch.check_done()
                done.append(finished)
        axes = as_out_axes(self.how.out_axes, self.how.operation)
        return merged(self.call, done, axes, self.how.operation)

    def _run_once(self, batch: Batch) -> Finished:
        arguments = [
            x if a is None else batch.annotated(x, array_type_of(x), generation=0)
            for x, a in zip(self.leaves, self.axes, strict=True)
        ]
        args, kwargs = _trees.unflatten(self.structure, arguments)
        with handling(batch):
            out = self.f(*args, **kwargs)
            leaves, structure = _trees.flatten(out)
            leaves = [settled(x, self.how.operation) for x in leaves]
        batched = [isinstance(x, Array) and batch.owns(x) for x in leaves]
        lower = [batch.lower(x) if b else x for x, b in zip(leaves, batched, strict=True)]
        return Finished(batch.lanes, structure, lower, batched)

    def _explain(self, error: Exception, batch: Batch) -> None:
        if self.how.is_part:  # the whole has a note of its own
            return
        which = "all" if len(batch.lanes) == self.call.count else named_lanes(batch.lanes)
        add_note(
            error,
            f"in {self.how.operation} of {self.call.name}, {which} of {self.call.count} lanes; "
            "shapes are those of one lane",
        )


def _mapped(f: Callable[..., Any], how: _Mapping, as_list: bool) -> Callable[..., Any]:
    check_callable(f, how.operation)

    def function(*args: Any, **kwargs: Any) -> Any:
        if as_list:
            xs = tuple(one_list(args, how.operation, "vmap(f)(x, y)"))
            run = _Mapped(lambda *xs, **k: f(list(xs), **k), how, xs, kwargs)
            run.call.name = name_of(f)
        else:
            run = _Mapped(f, how, args, kwargs)
        try:
            return run.run()
        finally:
            itself().runs = run.runs  # type: ignore[union-attr]  # it is running

    itself = weakref.ref(function)  # not from its own closure: a cycle would keep f's arrays
    new = named(function, f, how.operation)
    new.runs = 0  # type: ignore[attr-defined]  # documented
    return new


def vmap_inside(f: Callable[..., Any], operation: str) -> Callable[..., Any]:
    """Map f over axis 0 as a part of another transformation: all lanes see the same draws."""
    return _mapped(f, _Mapping(0, 0, None, None, None, operation, is_part=True), as_list=False)


def vmap(
    f: Callable[..., Any],
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    *,
    max_paths: int | None = None,
) -> Callable[..., Any]:
    """Make the function that maps f over an axis of its arguments.

    Parameters
    ----------
    f : callable
        Written for one lane; takes and returns trees of arrays.
    in_axes : int, None, Map, NoMap, Single, Container, or a tree of them
        The mapped axis of each positional argument, None (or NoMap) for one that every lane gets
        whole.  A list or tuple has one entry for each argument; an entry is a tree like the
        argument, or one axis for a whole branch.  Keyword arguments are mapped along axis 0.
    out_axes : int, None, OutSingle, OutContainer, or a tree of them
        Where the lanes' axis stands in each output.  None is for an output that is the same in
        every lane because it does not depend on a mapped argument.
    axis_name : hashable, optional
        What collectives such as `psum` call the lanes.
    axis_size : int, optional
        How many lanes there are, if no argument tells.
    max_paths : int, optional
        How many paths the lanes may take; no limit by default, but a warning at 64.

    Returns
    -------
    callable
        Takes f's arguments with a mapped axis more.  Its attribute ``runs`` is how often f ran in
        the last call.

    Raises
    ------
    AxisError, ShapeError
        If an axis is not there, or mapped axes differ in length.
    TypeError, DomainError
        If ``axis_size`` or ``max_paths`` is no count.
    PathError
        If the lanes take more than ``max_paths``.
    LeakError
        If an array kept from one run is used in another or afterwards.

    Notes
    -----
    Each operation runs once for all lanes.  Ordinary control flow works: where a condition differs
    between lanes, f runs once for each path they take, and each lane sees its own path only.  f
    should have no side effects, for they happen once per run.

    Examples
    --------
    >>> import nx, rune
    >>> rune.vmap(lambda x: nx.sum(x * x))(nx.ones((10, 5)))
    Array([5., 5., 5., 5., 5., 5., 5., 5., 5., 5.], dtype=float32)
    >>> rune.vmap(lambda x, y: x + y, in_axes=(0, None))(nx.arange(3), nx.asarray(10))
    Array([10, 11, 12], dtype=int64)
    >>> rune.vmap(lambda x: x if x > 0 else -x)(nx.asarray([1.0, -2.0]))
    Array([1., 2.], dtype=float32)
    """
    how = _Mapping(in_axes, out_axes, axis_name, axis_size, max_paths, "vmap")
    return _mapped(f, how, as_list=False)


def vmaps(
    f: Callable[..., Any],
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    *,
    max_paths: int | None = None,
) -> Callable[..., Any]:
    """Make the function that maps a function of a list; all else is as in `vmap`.

    Parameters
    ----------
    f : callable
        Takes a list of arrays (or of trees of them).
    in_axes : sequence of Map and NoMap (or int and None), or one of them
        For each element of the list.
    out_axes, axis_name, axis_size, max_paths
        As in `vmap`.

    Returns
    -------
    callable
        Takes one list.

    Raises
    ------
    TypeError
        If it is called with anything but one list.

    Examples
    --------
    >>> import nx, rune
    >>> from rune import Map, NoMap
    >>> f = rune.vmaps(lambda xs: xs[0] * xs[1], in_axes=[Map(0), NoMap])
    >>> f([nx.asarray([1.0, 2.0]), nx.asarray(10.0)])
    Array([10., 20.], dtype=float32)
    """
    how = _Mapping(in_axes, out_axes, axis_name, axis_size, max_paths, "vmaps")
    return _mapped(f, how, as_list=True)
