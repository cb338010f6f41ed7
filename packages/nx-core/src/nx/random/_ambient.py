"""The ambient generator: numbers without a key, from one seed.

Every thread and every task draws from a stream of its own, numbered in the order of first use since
the seed: the same program in the same order draws the same numbers, and no two streams share any.
"""

from __future__ import annotations

import operator
import sys
import threading
import weakref
from contextvars import ContextVar
from typing import Any

from nx._array import Array
from nx._errors import NxError, message
from nx.effects._perform import draw, set_ambient
from nx.effects._stack import current, running_in
from nx.random._keys import fold_in, key
from nx.random._numbers import normal, uniform

__all__ = ["rand", "randn", "seed"]


class _Stream:
    """One thread's or task's share of the numbers: how many it has drawn."""

    __slots__ = ("count", "epoch", "number", "task", "thread")

    def __init__(self, epoch: object, number: int, task: Any) -> None:
        self.epoch = epoch
        self.number = number
        self.count = 0
        self.thread = threading.get_ident()
        self.task = None if task is None else weakref.ref(task)

    def belongs_here(self, epoch: object, task: Any) -> bool:
        """Tell whether the stream is this one's: contexts are copied, streams are not."""
        owner = None if self.task is None else self.task()
        return (
            self.epoch is epoch
            and self.thread == threading.get_ident()
            and owner is task
            and (self.task is None) == (task is None)
        )


def _current_task() -> Any:
    asyncio = sys.modules.get("asyncio")  # without it there is no task
    if asyncio is None:
        return None
    try:
        return asyncio.current_task()
    except RuntimeError:  # no loop runs here
        return None


class _Ambient:
    """The one generator: a seed, and the number of streams it was divided into."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.start(0)

    def start(self, number: int) -> None:
        with self.lock:
            self.number = number
            self.streams = 0
            self.epoch = object()

    def draw(self) -> Array:
        stream, task = _stream.get(), _current_task()
        with self.lock:
            if stream is None or not stream.belongs_here(self.epoch, task):
                stream = _Stream(self.epoch, self.streams, task)
                self.streams += 1
                _stream.set(stream)
            number, count = self.number, stream.count
            stream.count += 1
        with running_in(None):
            return fold_in(fold_in(key(number), stream.number), count)


_stream: ContextVar[_Stream | None] = ContextVar("nx.random.stream", default=None)
_ambient = _Ambient()
set_ambient(_ambient.draw)


def seed(number: int, /) -> None:
    """Start the ambient generator anew.

    Parameters
    ----------
    number : int
        Of 64 bits, as `nx.random.key` takes it.

    Raises
    ------
    NxError
        Inside a transformation, where it could not be undone.

    Notes
    -----
    Every thread and asyncio task draws from a stream of its own, numbered by the order in which
    they first draw after the seed.

    Examples
    --------
    >>> import nx
    >>> nx.seed(0); a = nx.rand(3)
    >>> nx.seed(0); bool((nx.rand(3) == a).all())
    True
    """
    stack = current()
    while stack is not None and not stack[0].live:
        stack = stack[1]
    if stack is not None:
        raise NxError(
            message("seed", "cannot seed inside a transformation", "seed before, or pass keys")
        )
    key(number)  # checks it
    _ambient.start(operator.index(number))


def rand(*shape: int, dtype: Any = None) -> Array:
    """Draw from the uniform distribution on [0, 1) with the ambient generator.

    Parameters
    ----------
    *shape : int
        The length of each axis; none for a 0-d array.
    dtype : DType, optional
        Floating; float32 by default.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    ShapeError
        For a negative length.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.rand(2, 3).shape
    (2, 3)
    """
    return uniform(draw(), shape, dtype=dtype)


def randn(*shape: int, dtype: Any = None) -> Array:
    """Draw from the normal distribution of mean 0 and variance 1 with the ambient generator.

    Parameters
    ----------
    *shape : int
        The length of each axis; none for a 0-d array.
    dtype : DType, optional
        Floating or complex; float32 by default.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    ShapeError
        For a negative length.
    DTypeError
        For a dtype that is neither floating nor complex.

    Examples
    --------
    >>> import nx
    >>> nx.randn(2, 3, dtype=nx.float64).dtype
    nx.float64
    """
    return normal(draw(), shape, dtype=dtype)
