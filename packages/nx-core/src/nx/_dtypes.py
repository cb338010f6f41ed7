"""The dtypes of nx, their promotion, and their translation from and to NumPy's.

A `DType` is a singleton: nx compares dtypes with ``is``.  It equals, hashes as and converts to
NumPy's dtype of the same name.  Promotion follows the Python array API standard, except that an
integer array with a floating one gives the floating dtype.
"""

from __future__ import annotations

from typing import Any, Final

import ml_dtypes
import numpy as np

from nx._errors import DTypeError, message

__all__ = [
    "ALL",
    "DType",
    "as_dtype",
    "bfloat16",
    "bool_",
    "can_cast",
    "complex64",
    "complex128",
    "default_dtype",
    "float8_e4m3",
    "float8_e5m2",
    "float16",
    "float32",
    "float64",
    "int4",
    "int8",
    "int16",
    "int32",
    "int64",
    "isdtype",
    "promote",
    "scalar_dtype",
    "uint4",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]


class DType:
    """The type of an array's elements.

    Attributes
    ----------
    name : str
        For example ``"float32"``.
    itemsize : int
        Bytes of one element in memory (int4 and uint4 take a whole byte).
    kind : str
        One of ``"bool"``, ``"signed"``, ``"unsigned"``, ``"floating"``, ``"complex"``,
        ``"storage"``.
    bits : int
        Bits of information in one element.
    numpy : numpy.dtype
        NumPy's (or ml_dtypes') dtype of the same layout.

    Examples
    --------
    >>> import nx, numpy as np
    >>> nx.float32 == np.float32, np.dtype(nx.float32), nx.float32.itemsize
    (True, dtype('float32'), 4)
    """

    __slots__ = ("bits", "dtype", "itemsize", "kind", "name", "numpy", "rank")

    def __init__(self, name: str, kind: str, bits: int, numpy_type: Any) -> None:
        self.name: Final = name
        self.kind: Final = kind
        self.bits: Final = bits
        self.numpy: Final[np.dtype[Any]] = np.dtype(numpy_type)
        self.dtype: Final = self.numpy  # np.dtype(nx.float32) looks for this attribute
        self.itemsize: Final[int] = self.numpy.itemsize

    def __repr__(self) -> str:
        return f"nx.{self.name}" if self.name != "bool" else "nx.bool"

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, DType) or other is None:
            return False
        try:
            return bool(self.numpy == np.dtype(other))  # type: ignore[call-overload]  # it may raise
        except (TypeError, ValueError, SyntaxError):  # the last two for strings
            return False

    def __hash__(self) -> int:
        return hash(self.numpy)

    def __reduce__(self) -> str:
        return "bool_" if self.name == "bool" else self.name


bool_ = DType("bool", "bool", 1, np.bool_)
int8 = DType("int8", "signed", 8, np.int8)
int16 = DType("int16", "signed", 16, np.int16)
int32 = DType("int32", "signed", 32, np.int32)
int64 = DType("int64", "signed", 64, np.int64)
uint8 = DType("uint8", "unsigned", 8, np.uint8)
uint16 = DType("uint16", "unsigned", 16, np.uint16)
uint32 = DType("uint32", "unsigned", 32, np.uint32)
uint64 = DType("uint64", "unsigned", 64, np.uint64)
float16 = DType("float16", "floating", 16, np.float16)
bfloat16 = DType("bfloat16", "floating", 16, ml_dtypes.bfloat16)
float32 = DType("float32", "floating", 32, np.float32)
float64 = DType("float64", "floating", 64, np.float64)
complex64 = DType("complex64", "complex", 64, np.complex64)
complex128 = DType("complex128", "complex", 128, np.complex128)
float8_e4m3 = DType("float8_e4m3", "storage", 8, ml_dtypes.float8_e4m3)
float8_e5m2 = DType("float8_e5m2", "storage", 8, ml_dtypes.float8_e5m2)
int4 = DType("int4", "storage", 4, ml_dtypes.int4)
uint4 = DType("uint4", "storage", 4, ml_dtypes.uint4)

ALL: Final = (
    *(bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64),
    *(float16, bfloat16, float32, float64, complex64, complex128),
    *(float8_e4m3, float8_e5m2, int4, uint4),
)
_BY_NUMPY: Final = {d.numpy: d for d in ALL}
_BY_NAME: Final = {d.name: d for d in ALL}
_BY_PYTHON: Final = {bool: bool_, int: int64, float: float32, complex: complex64}
_COMPLEX_OF: Final = {float32: complex64, float64: complex128}
REAL_OF: Final = {complex64: float32, complex128: float64}


def as_dtype(dtype: Any, operation: str = "dtype") -> DType:
    """Translate a dtype of nx, NumPy, ml_dtypes, a name or a Python type into nx's.

    Python's ``float`` and ``complex`` mean nx's defaults, float32 and complex64; ``int`` means
    int64.
    """
    if type(dtype) is DType:
        return dtype
    if isinstance(dtype, type) and dtype in _BY_PYTHON:
        return _BY_PYTHON[dtype]
    if isinstance(dtype, str) and dtype in _BY_NAME:
        return _BY_NAME[dtype]
    try:
        found = None if dtype is None else _BY_NUMPY.get(np.dtype(dtype).newbyteorder("="))
    except (TypeError, ValueError, SyntaxError):
        found = None
    if found is None:
        known = ", ".join(d.name for d in ALL)
        raise DTypeError(message(operation, f"cannot use {dtype!r} as a dtype", f"one of {known}"))
    return found


def scalar_dtype(value: bool | int | float | complex) -> DType:
    """Return the dtype a Python scalar takes when nothing else decides."""
    return _BY_PYTHON[type(value)]


def default_dtype() -> DType:
    """Return the floating dtype of arrays made without one: float32."""
    return float32


_UNSIGNED_TO_SIGNED: Final = {8: int16, 16: int32, 32: int64}
_FLOATS: Final = {float16: 0, bfloat16: 0, float32: 1, float64: 2}


def promote(a: DType, b: DType, operation: str = "promote") -> DType:
    """Return the smallest dtype that both promote to.

    Raises
    ------
    DTypeError
        For uint64 with a signed integer, for bool with a number, and for storage dtypes.
    """
    if a is b:
        return a
    both = {a.kind, b.kind}
    if both == {"signed"} or both == {"unsigned"}:
        return a if a.bits > b.bits else b
    if both == {"signed", "unsigned"}:
        unsigned, signed = (a, b) if a.kind == "unsigned" else (b, a)
        if signed.bits > unsigned.bits:
            return signed
        if unsigned.bits in _UNSIGNED_TO_SIGNED:
            return _UNSIGNED_TO_SIGNED[unsigned.bits]
    elif both == {"floating"}:
        if _FLOATS[a] == _FLOATS[b]:  # float16 with bfloat16
            return float32
        return a if _FLOATS[a] > _FLOATS[b] else b
    elif both == {"complex"}:
        return complex128
    elif both == {"floating", "complex"}:
        number, other = (a, b) if a.kind == "complex" else (b, a)
        return complex128 if other is float64 else number
    elif both <= {"signed", "unsigned", "floating"} or both <= {"signed", "unsigned", "complex"}:
        return a if a.kind in ("floating", "complex") else b
    one = "the bool array" if "bool" in both else "one of them"
    raise DTypeError(
        message(
            operation,
            f"cannot promote {a.name} with {b.name}",
            f"convert {one} with astype(...)",
        )
    )


def complex_of(dtype: DType) -> DType:
    """Return the complex dtype with parts of this floating dtype, complex64 for small ones."""
    return dtype if dtype.kind == "complex" else _COMPLEX_OF.get(dtype, complex64)


def real_of(dtype: DType) -> DType:
    """Return the dtype of the parts of a complex dtype, and any other dtype itself."""
    return REAL_OF.get(dtype, dtype)


_KINDS: Final = {
    "bool": ("bool",),
    "signed integer": ("signed",),
    "unsigned integer": ("unsigned",),
    "integral": ("signed", "unsigned"),
    "real floating": ("floating",),
    "complex floating": ("complex",),
    "numeric": ("signed", "unsigned", "floating", "complex"),
}


def isdtype(dtype: Any, kind: Any) -> bool:
    """Tell whether a dtype is of a kind, in the array API's words.

    Parameters
    ----------
    dtype : DType
        The dtype in question.
    kind : str, DType or tuple of these
        A dtype, or one of ``"bool"``, ``"signed integer"``, ``"unsigned integer"``, ``"integral"``,
        ``"real floating"``, ``"complex floating"``, ``"numeric"``.

    Returns
    -------
    bool
        Whether it is of the kind, or of one of them.

    Raises
    ------
    DTypeError
        If the kind is unknown.

    Examples
    --------
    >>> import nx
    >>> nx.isdtype(nx.int8, "integral"), nx.isdtype(nx.int8, (nx.bool, "real floating"))
    (True, False)
    """
    dtype = as_dtype(dtype, "isdtype")
    if isinstance(kind, tuple):
        return any(isdtype(dtype, k) for k in kind)
    if isinstance(kind, str) and kind in _KINDS:
        return dtype.kind in _KINDS[kind]
    if isinstance(kind, str) and kind not in _BY_NAME:
        raise DTypeError(message("isdtype", f"cannot tell the kind {kind!r}", ", ".join(_KINDS)))
    return as_dtype(kind, "isdtype") is dtype


def can_cast(from_: Any, to: Any, /) -> bool:
    """Tell whether promotion takes one dtype (or an array's) to another without loss.

    Parameters
    ----------
    from_ : DType or Array
        What to convert.
    to : DType
        Into what.

    Returns
    -------
    bool
        Whether the promotion of both is ``to``.

    Raises
    ------
    DTypeError
        For what is no dtype.

    Examples
    --------
    >>> import nx
    >>> nx.can_cast(nx.int8, nx.int16), nx.can_cast(nx.float64, nx.float32)
    (True, False)
    """
    a = (
        as_dtype(getattr(from_, "dtype", from_), "can_cast")
        if not isinstance(from_, DType)
        else from_
    )
    b = as_dtype(to, "can_cast")
    try:
        return promote(a, b) is b
    except DTypeError:
        return False
