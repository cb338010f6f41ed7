"""The array, as the finished class has it.  Made by tools/make_stubs.py: do not edit."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from nx._dtypes import DType
from nx._indexing import At
from nx._types import ArrayType, Device

__all__ = ["Array", "annotate", "wrap"]

class Array:
    """An immutable array of elements of one dtype on one device."""

    _type: ArrayType
    _data: Any
    _handler: Any
    _below: Array
    _info: Any
    __array_priority__: int
    __array_ufunc__: None
    __hash__: ClassVar[None]  # type: ignore[assignment]  # arrays are not hashable
    @property
    def T(self) -> Array:
        """The array with its axes reversed."""
    @property
    def at(self) -> At:
        """Functional updates: ``x.at[i].set(value)``, ``add``, ``multiply``, ``min``, ``max``."""
    @property
    def device(self) -> Device:
        """Where the array lives."""
    @property
    def dtype(self) -> DType:
        """The type of the elements."""
    @property
    def imag(self) -> Array:
        """The imaginary parts."""
    @property
    def itemsize(self) -> int:
        """The bytes one element takes."""
    @property
    def mT(self, /) -> Array:
        """Swap the last two axes."""
    @property
    def nbytes(self) -> int:
        """The bytes the elements take."""
    @property
    def ndim(self) -> int:
        """The number of axes."""
    @property
    def real(self) -> Array:
        """The real parts."""
    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
    @property
    def size(self) -> int:
        """The number of elements."""
    def __abs__(self, /) -> Array: ...
    def __add__(self, other: Any, /) -> Array: ...
    def __and__(self, other: Any, /) -> Array: ...
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]: ...
    def __array_namespace__(self, /, *, api_version: str | None = None) -> Any: ...
    def __bool__(self) -> bool: ...
    def __buffer__(self, flags: int) -> memoryview: ...
    def __complex__(self) -> complex: ...
    def __contains__(self, value: Any) -> bool: ...
    def __copy__(self, memo: Any = None) -> Array: ...
    def __deepcopy__(self, memo: Any = None) -> Array: ...
    def __divmod__(self, other: Any, /) -> tuple[Array, Array]: ...
    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...
    def __eq__(self, other: Any, /) -> Array: ...  # type: ignore[override]  # an array, elementwise
    def __float__(self) -> float: ...
    def __floordiv__(self, other: Any, /) -> Array: ...
    def __format__(self, spec: str) -> str: ...
    def __ge__(self, other: Any, /) -> Array: ...
    def __getitem__(self, index: Any) -> Array: ...
    def __gt__(self, other: Any, /) -> Array: ...
    def __index__(self) -> int: ...
    def __int__(self) -> int: ...
    def __invert__(self, /) -> Array: ...
    def __iter__(self) -> Iterator[Array]: ...
    def __le__(self, other: Any, /) -> Array: ...
    def __len__(self) -> int: ...
    def __lshift__(self, other: Any, /) -> Array: ...
    def __lt__(self, other: Any, /) -> Array: ...
    def __matmul__(self, other: Any, /) -> Array: ...
    def __mod__(self, other: Any, /) -> Array: ...
    def __mul__(self, other: Any, /) -> Array: ...
    def __ne__(self, other: Any, /) -> Array: ...  # type: ignore[override]  # an array, elementwise
    def __neg__(self, /) -> Array: ...
    def __or__(self, other: Any, /) -> Array: ...
    def __pos__(self, /) -> Array: ...
    def __pow__(self, other: Any, /) -> Array: ...
    def __radd__(self, other: Any, /) -> Array: ...
    def __rand__(self, other: Any, /) -> Array: ...
    def __rdivmod__(self, other: Any, /) -> tuple[Array, Array]: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __repr__(self) -> str: ...
    def __rfloordiv__(self, other: Any, /) -> Array: ...
    def __rlshift__(self, other: Any, /) -> Array: ...
    def __rmatmul__(self, other: Any, /) -> Array: ...
    def __rmod__(self, other: Any, /) -> Array: ...
    def __rmul__(self, other: Any, /) -> Array: ...
    def __ror__(self, other: Any, /) -> Array: ...
    def __rpow__(self, other: Any, /) -> Array: ...
    def __rrshift__(self, other: Any, /) -> Array: ...
    def __rshift__(self, other: Any, /) -> Array: ...
    def __rsub__(self, other: Any, /) -> Array: ...
    def __rtruediv__(self, other: Any, /) -> Array: ...
    def __rxor__(self, other: Any, /) -> Array: ...
    def __str__(self) -> str: ...
    def __sub__(self, other: Any, /) -> Array: ...
    def __truediv__(self, other: Any, /) -> Array: ...
    def __xor__(self, other: Any, /) -> Array: ...
    def all(self, /, *, axis: Any = None, keepdims: bool = False) -> Array:
        """Tell whether all elements along axes are true (nonzero)."""
    def any(self, /, *, axis: Any = None, keepdims: bool = False) -> Array:
        """Tell whether any element along axes is true (nonzero)."""
    def argmax(self, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
        """Return the first index of the largest element, along an axis or in x flattened."""
    def argmin(self, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
        """Return the first index of the smallest element, along an axis or in x flattened."""
    def argsort(self, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
        """Return the indices that sort along an axis."""
    def astype(self, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Array:
        """Convert the elements to another dtype."""
    def broadcast_to(self, /, shape: Any) -> Array:
        """Repeat x along new leading axes and axes of length 1 until it has the shape."""
    def clip(self, /, min: Any = None, max: Any = None) -> Array:
        """Limit the elements to a range; either bound may be None."""
    def conj(self, /) -> Array:
        """Compute, elementwise, the complex conjugate."""
    def copy(self, /) -> Array:
        """Return the same values in storage of their own."""
    def cummax(self, /, *, axis: int | None = None, reverse: bool = False) -> Array:
        """Return the running maxima along an axis."""
    def cummin(self, /, *, axis: int | None = None, reverse: bool = False) -> Array:
        """Return the running minima along an axis."""
    def cumulative_prod(
        self,
        /,
        *,
        axis: int | None = None,
        dtype: Any = None,
        include_initial: bool = False,
        reverse: bool = False,
    ) -> Array:
        """Return the running products along an axis."""
    def cumulative_sum(
        self,
        /,
        *,
        axis: int | None = None,
        dtype: Any = None,
        include_initial: bool = False,
        reverse: bool = False,
    ) -> Array:
        """Return the running sums along an axis."""
    def expand_dims(self, /, axis: Any = 0) -> Array:
        """Put new axes of length 1 at the given places of the result."""
    def flatten(self, /) -> Array:
        """Return the elements, in row-major order, as a 1-d array."""
    def flip(self, /, *, axis: Any = None) -> Array:
        """Reverse the order of the elements along axes, by default all."""
    def item(self, /, *index: int) -> Any:
        """Return one element as a Python scalar; without an index the array must have just one."""
    def max(self, /, *, axis: Any = None, keepdims: bool = False) -> Array:
        """Return the largest element along axes; NaN if any is NaN."""
    def mean(self, /, *, axis: Any = None, keepdims: bool = False) -> Array:
        """Average the elements along axes."""
    def min(self, /, *, axis: Any = None, keepdims: bool = False) -> Array:
        """Return the smallest element along axes; NaN if any is NaN."""
    def moveaxis(self, source: Any, destination: Any, /) -> Array:
        """Move axes to new places; the others keep their order."""
    def numpy(self) -> np.ndarray[Any, Any]:
        """Return the values as a read-only NumPy array, sharing memory where the backend can."""
    def prod(self, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Array:
        """Multiply the elements along axes."""
    def repeat(self, repeats: Any, /, *, axis: int | None = None, size: int | None = None) -> Array:
        """Repeat each element, along an axis or (None) of x flattened."""
    def reshape(self, /, *shape: Any) -> Array:
        """Give the elements another shape: ``x.reshape(2, -1)`` or ``x.reshape((2, -1))``."""
    def round(self, /) -> Array:
        """Compute, elementwise, x rounded to the nearest integer, halves to even."""
    def sort(self, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
        """Sort along an axis; NaN comes last."""
    def squeeze(self, /, axis: Any = None) -> Array:
        """Remove axes of length 1, by default all of them."""
    def std(self, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Array:
        """Return the standard deviation along axes: the square root of `var`."""
    def sum(self, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Array:
        """Add the elements along axes."""
    def swapaxes(self, axis1: int, axis2: int, /) -> Array:
        """Swap two axes."""
    def take(self, indices: Any, /, *, axis: int | None = None) -> Array:
        """Take elements along an axis by an integer array of any shape."""
    def to_device(self, device: Any, /, *, stream: Any = None) -> Array:
        """Return the same values on another device, of whichever backend; differentiable."""
    def tolist(self) -> Any:
        """Return the values as nested lists of Python scalars."""
    def transpose(self, /, *axes: Any) -> Array:
        """Put the axes in another order, by default reversed."""
    def var(self, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Array:
        """Return the variance along axes: squared distances over count - correction."""
    def view(self, dtype: Any, /) -> Array:
        """Read the same bits as another dtype of the same size."""

def annotate(handler: Any, below: Array, info: Any, type_: ArrayType | None = None) -> Array: ...
def wrap(type_: ArrayType, data: Any) -> Array: ...
