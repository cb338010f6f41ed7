"""What a backend is.

Core guarantees its kernels operands that are validated, promoted to the primitive's dtypes, with
axes non-negative and sorted.  A backend must accept any strides its own moves can make, never write
to an operand, and return new storage (a view of immutable storage is fine for a move).  Its storage
is its own: core never looks inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np

    from nx._shortcuts import Door
    from nx._types import ArrayType, Device
    from nx.primitives import Primitive

__all__ = ["Backend", "Kernel"]

Kernel = Callable[..., Any]


class Backend:
    """Base class of backends.

    Attributes
    ----------
    name : str
        As in its specification.
    device_kinds : tuple of str
        The kinds of device it computes on, the default one first.
    fallback : bool
        Whether primitives it lacks run on NumPy, through `to_numpy` and `from_numpy`.
    dtypes : frozenset of str or None
        The names of the dtypes that it stores, and so computes in at most; None for every dtype.
    kernels : mapping of str to callable
        ``kernel(*storages, **params)`` by primitive name, for the default `kernel`.
    """

    name: ClassVar[str]
    device_kinds: ClassVar[tuple[str, ...]] = ("cpu",)
    fallback: ClassVar[bool] = False
    dtypes: ClassVar[frozenset[str] | None] = None
    kernels: Mapping[str, Kernel] = {}

    def device_count(self, kind: str) -> int:
        """Return how many devices of a kind there are here; they are numbered from 0."""
        return 1

    def kernel(
        self, primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]
    ) -> Kernel | None:
        """Return the kernel for these operand types, with the parameters bound, or None.

        Called once for each combination; the result is kept.  The kernel gets operand storages
        positionally and returns a storage, or a tuple of them for a primitive of several outputs.
        """
        if self.dtypes is not None and not self.dtypes.issuperset(t.dtype.name for t in types):
            return None
        found = self.kernels.get(primitive.name)
        return partial(found, **params) if found is not None and params else found

    def eager_kernel(self, primitive: Primitive, types: tuple[ArrayType, ...]) -> Kernel | None:
        """Return the kernel for the short path of operands of one type, without parameters.

        By default the one there is.  A faster one may raise RuntimeWarning where the user has made
        warnings errors; `kernel` then runs instead.
        """
        return self.resolve(primitive, types, {})

    def scalar_kernel(
        self, primitive: Primitive, type_: ArrayType, reflected: bool
    ) -> Kernel | None:
        """Return a kernel of (storage, Python scalar) as of two arrays of the type, or None.

        It serves ``x * 2.0``, ``x * 2`` and ``x < 2`` for a floating x, and ``x + 1`` for an
        integer one; ``reflected`` means ``2.0 - x``.  It raises OverflowError for an int that the
        dtype does not hold.  Without one, core makes a 0-d array of the scalar.
        """
        return None

    def shortcuts(self, door: Door) -> Mapping[str, Any]:
        """Return compiled members of `nx.Array` by name, to stand in front of Python's own.

        Core asks once, before the backend's first array is made.  ``door`` says what they need, and
        what they must call wherever they don't know better; see `nx._shortcuts`.
        """
        return {}

    def from_numpy(self, array: np.ndarray[Any, Any]) -> Any:
        """Return storage of the array's values; it may share memory: nobody else writes to it."""
        raise NotImplementedError(f"{type(self).__name__} must define from_numpy")

    def put(self, array: np.ndarray[Any, Any], device: Device) -> Any:
        """Return storage of the array's values on a device; a backend of several overrides it."""
        return self.from_numpy(array)

    def to_numpy(self, storage: Any) -> np.ndarray[Any, Any]:
        """Return the storage's values as a NumPy array of the exact dtype; it may be a view."""
        raise NotImplementedError(f"{type(self).__name__} must define to_numpy")

    def natives(self) -> frozenset[str]:
        """Return the names of the primitives that the backend computes itself."""
        return frozenset(self.kernels)

    def resolve(
        self, primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]
    ) -> Kernel | None:
        """Return the backend's kernel, else with `fallback` NumPy's in a round trip, else None."""
        found = self.kernel(primitive, types, params)
        if found is not None or not self.fallback or primitive.decomposition is not None:
            return found
        from nx.backends.numpy import BACKEND  # noqa: PLC0415 - the reference is itself a Backend

        reference = BACKEND.kernel(primitive, types, params)
        device = types[0].device if types else params["device"]
        return None if reference is None else self._round_trip(reference, device)

    def _round_trip(self, reference: Kernel, device: Device) -> Kernel:
        to_numpy, from_numpy = self.to_numpy, partial(self.put, device=device)

        def run(*storages: Any) -> Any:
            out = reference(*map(to_numpy, storages))
            return tuple(map(from_numpy, out)) if isinstance(out, tuple) else from_numpy(out)

        return run
