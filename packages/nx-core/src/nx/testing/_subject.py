"""The backend under test: its storage, its kernels, and what it declares.

A kernel is looked up as core does: the backend's own, else NumPy's where the backend says so, else
a composite's parts.  `Lacking` says that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nx._array import wrap
from nx._dtypes import as_dtype
from nx._errors import BackendError
from nx._execute import infer, kernel_for
from nx._types import ArrayType, Device, array_type, open_device
from nx.backends import Backend, as_device
from nx.effects import perform_several
from nx.primitives import P, Primitive
from nx.testing._tolerances import Tolerance

__all__ = ["Attempts", "Held", "Lacking", "Plan", "Subject", "inferred"]

Array = np.ndarray[Any, Any]


class Lacking(Exception):  # noqa: N818 - no error: it says what isn't there
    """The backend has no way to run this."""


@dataclass(frozen=True, slots=True)
class Held:
    """An operand in the backend's storage, and the NumPy memory that it was made from."""

    storage: Any
    type: ArrayType
    source: Array


@dataclass(frozen=True, slots=True)
class Plan:
    """How a call runs: ``"native"``, ``"numpy"`` or ``"decomposed"``."""

    how: str
    out: tuple[ArrayType, ...]
    run: Callable[..., tuple[Any, ...]]


def inferred(
    primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]
) -> tuple[ArrayType, ...]:
    """Return the types of a call's outputs, always as a tuple."""
    out = infer(primitive, types, params)
    return (out,) if isinstance(out, ArrayType) else tuple(out)


class Attempts:
    """Calls of which some may be `Lacking`: all of them, or any in strict mode, is for the caller.

    Examples
    --------
    >>> from nx.testing import Attempts, Lacking
    >>> attempts = Attempts(strict=False)
    >>> for k in range(2):
    ...     with attempts:
    ...         if k:
    ...             raise Lacking("no second one")
    >>> attempts.close()
    """

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._ran = False
        self._lacking: Lacking | None = None

    def __enter__(self) -> Attempts:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if isinstance(error, Lacking):
            self._lacking = self._lacking or error
            return True
        self._ran = True
        return False

    def close(self) -> None:
        """Raise what was lacking, if no call ran or none may be left out."""
        if self._lacking is not None and (self._strict or not self._ran):
            raise self._lacking


class Subject:
    """A backend under test.

    Parameters
    ----------
    backend : Backend
    device : Device
        One that is open, of this backend.
    tolerances : mapping of (str, str) to Tolerance, optional
        The overrides, by primitive and dtype.
    strict : bool
        Whether a check may leave out no sample that the backend lacks the means for.
    """

    def __init__(
        self,
        backend: Backend,
        device: Device,
        tolerances: Mapping[tuple[str, str], Tolerance] | None = None,
        *,
        strict: bool = False,
    ) -> None:
        self.backend = backend
        self.device = device
        self.tolerances = dict(tolerances or {})
        self.strict = strict

    @classmethod
    def named(cls, name: str, tolerances: Any = None, *, strict: bool = False) -> Subject:
        """Return an installed or registered backend's subject, on its default device."""
        device = as_device(name)
        return cls(
            array_type((), as_dtype("float32"), device).backend, device, tolerances, strict=strict
        )

    @classmethod
    def of(cls, backend: Backend, name: str) -> Subject:
        """Return the subject of a backend that nobody registered, under a name of its own."""
        device = Device(name)
        open_device(device, backend)
        return cls(backend, device)

    def type_of(self, array: Array) -> ArrayType:
        """Return the type that an array has on this backend."""
        return array_type(array.shape, as_dtype(array.dtype), self.device)

    def ulps(self, primitive: Primitive, dtype: str, default: float) -> float:
        """Return the error allowed: the override, or the row's."""
        for key in ((primitive.name, dtype), (primitive.name, "*")):
            if key in self.tolerances:
                return self.tolerances[key].ulps
        return default

    def stores(self, *dtypes: str) -> bool:
        """Tell whether the backend declares that it stores arrays of these dtypes."""
        declared = self.backend.dtypes
        return declared is None or set(dtypes) <= set(declared)

    def hold(self, array: Array) -> Held:
        """Put an array into the backend's storage, as it is laid out."""
        return Held(self.backend.put(array, self.device), self.type_of(array), array)

    def value(self, storage: Any) -> Any:
        """Read a storage back: a NumPy array, if the backend is right."""
        return self.backend.to_numpy(storage)

    def move(self, primitive: Primitive, held: Held, **params: Any) -> Held:
        """Make a view, or what the backend makes in its place."""
        plan = self.plan(primitive, (held.type,), params)
        (storage,) = plan.run(held.storage)
        return Held(storage, plan.out[0], held.source)

    def plan(
        self, primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]
    ) -> Plan:
        """Return how the call runs, or raise `Lacking`."""
        given = infer(primitive, types, params)
        out = (given,) if isinstance(given, ArrayType) else tuple(given)
        if not self.stores(*(t.dtype.name for t in (*types, *out))):
            raise Lacking(f"it declares no storage of {', '.join(str(t) for t in (*types, *out))}")
        kernel = kernel_for(primitive, types, params, given)
        if kernel is not None:
            own = primitive is P.to_device or self.is_native(primitive, types, params)
            return Plan("native" if own else "numpy", out, _tupled(kernel))
        if primitive.decomposition is None:
            shown = ", ".join(map(str, types))
            raise Lacking(f"it has no kernel of {primitive.name} for ({shown}), and no fallback")
        return Plan("decomposed", out, self._decomposed(primitive, types, params))

    def is_native(
        self, primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]
    ) -> bool:
        """Tell whether the backend itself has the kernel: that is its declaration."""
        return self.backend.kernel(primitive, types, params) is not None

    def _decomposed(
        self, primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]
    ) -> Callable[..., tuple[Any, ...]]:
        def run(*storages: Any) -> tuple[Any, ...]:
            operands = map(wrap, types, storages)
            try:
                out = perform_several(primitive, *operands, **params)
            except BackendError as error:
                raise Lacking(f"a part of {primitive.name} is missing: {error}") from None
            parts: Any = out  # one array comes bare
            return tuple(x._data for x in (parts if isinstance(parts, tuple) else (parts,)))

        return run


def _tupled(kernel: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    def run(*storages: Any) -> tuple[Any, ...]:
        out = kernel(*storages)
        return out if isinstance(out, tuple) else (out,)

    return run
