"""The structured primitives that the extension computes: one row each.

A row is a function of the operands' types and the primitive's parameters; it returns the kernel
with the parameters bound, or None where this case goes elsewhere. Elementwise primitives have no
rows: the extension tells which dtypes it has loops for.
"""

import struct
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from nx_cbackend._handovers import STORAGE_ONLY
from nx_cbackend._native import DTYPES, Kernel, bind

if TYPE_CHECKING:
    from nx import ArrayType

__all__ = ["ROWS"]

REDUCTIONS: Final = ("sum", "prod", "max", "min", "any", "all", "moments", "logsumexp")
SCANS: Final = ("cumsum", "cumprod", "cummax", "cummin")

CODES: Final = {name: code for code, name in enumerate(DTYPES)}
CAST: Final = frozenset(DTYPES) - STORAGE_ONLY
"""The dtypes that the extension converts between."""

Row = Callable[[tuple["ArrayType", ...], dict[str, Any]], Kernel | None]


def _reduction(name: str) -> Row:
    def row(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
        return bind(name, (sum(1 << axis for axis in params["axes"]),))

    return row


def _scan(name: str) -> Row:
    def row(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
        return bind(name, (params["axis"], int(params["reverse"])))

    return row


def _broadcast_to(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("broadcast_to", params["shape"])


def _sorting(name: str) -> Row:
    def row(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
        return bind(name, (params["axis"], params["descending"]))

    return row


def _threefry2x32(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("threefry2x32", ())


def _random_bits(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("random_bits", (params["length"], params["width"]))


def _extreme(name: str) -> Row:
    def row(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
        return bind(name, (params["axis"],))

    return row


def _slice(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("slice", (*params["starts"], *params["stops"], *params["steps"]))


def _flip(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("flip", params["axes"])


def _permute_dims(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("permute_dims", params["axes"])


def _reshape(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("reshape", params["shape"])


def _copy(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("copy", ())


def _concat(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("concat", (params["axis"],))


def _pad(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("pad", (*params["low"], *params["high"], *params["interior"]))


def _full(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    dtype = params["dtype"]
    with np.errstate(all="ignore"):
        element = np.full((), params["value"], dtype.numpy).tobytes().ljust(16, b"\0")
    halves = (int.from_bytes(element[i : i + 8], sys.byteorder, signed=True) for i in (0, 8))
    return bind("full", (CODES[dtype.name], *halves, *params["shape"]))


def _iota(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    count, dtype = bind("iota", (params["length"],)), params["dtype"].name
    if dtype == "int64":
        return count
    if dtype not in CAST:
        return None
    convert = bind("cast", (CODES[dtype],))
    return lambda: convert(count())


def _cast(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    dtype = params["dtype"].name
    return bind("cast", (CODES[dtype],)) if {dtype, types[0].dtype.name} <= CAST else None


def _indexing(name: str) -> Row:
    def row(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
        return bind(name, params["axes"])

    return row


def _softmax(name: str) -> Row:
    def row(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
        return bind(name, (params["axis"],))

    return row


def _layer_norm(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    (epsilon,) = struct.unpack("q", struct.pack("d", params["epsilon"]))  # parameters are int64
    return bind("layer_norm", (sum(1 << axis for axis in params["axes"]), epsilon))


def _bitcast(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("bitcast", (CODES[params["dtype"].name],))


def _detach(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
    return bind("detach", ())


ROWS: Final[dict[str, Row]] = {
    **{name: _reduction(name) for name in REDUCTIONS},
    **{name: _scan(name) for name in SCANS},
    "softmax": _softmax("softmax"),
    "log_softmax": _softmax("log_softmax"),
    "layer_norm": _layer_norm,
    "broadcast_to": _broadcast_to,
    "sort": _sorting("sort"),
    "argsort": _sorting("argsort"),
    "threefry2x32": _threefry2x32,
    "random_bits": _random_bits,
    "argmax": _extreme("argmax"),
    "argmin": _extreme("argmin"),
    "copy": _copy,
    "concat": _concat,
    "pad": _pad,
    "full": _full,
    "iota": _iota,
    "cast": _cast,
    "flip": _flip,
    "permute_dims": _permute_dims,
    "reshape": _reshape,
    "slice": _slice,
    "gather": _indexing("gather"),
    "scatter_set": _indexing("scatter_set"),
    "scatter_add": _indexing("scatter_add"),
    "scatter_multiply": _indexing("scatter_multiply"),
    "scatter_min": _indexing("scatter_min"),
    "scatter_max": _indexing("scatter_max"),
    "bitcast": _bitcast,
    "detach": _detach,
}
