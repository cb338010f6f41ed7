"""The structured primitives that the extension computes: one row each.

A row is a function of the operands' types and the primitive's parameters; it returns the kernel
with the parameters bound, or None where this case goes elsewhere. Elementwise primitives have no
rows: the extension tells which dtypes it has loops for.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from nx_cbackend._native import Kernel, bind

if TYPE_CHECKING:
    from nx import ArrayType

__all__ = ["ROWS"]

REDUCTIONS: Final = ("sum", "prod", "max", "min", "any", "all", "moments")

Row = Callable[[tuple["ArrayType", ...], dict[str, Any]], Kernel | None]


def _reduction(name: str) -> Row:
    def row(types: tuple["ArrayType", ...], params: dict[str, Any]) -> Kernel | None:
        return bind(name, (sum(1 << axis for axis in params["axes"]),))

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


ROWS: Final[dict[str, Row]] = {
    **{name: _reduction(name) for name in REDUCTIONS},
    "broadcast_to": _broadcast_to,
    "sort": _sorting("sort"),
    "argsort": _sorting("argsort"),
    "threefry2x32": _threefry2x32,
    "random_bits": _random_bits,
    "argmax": _extreme("argmax"),
    "argmin": _extreme("argmin"),
}
