"""What the backend hands to NumPy: a list, so that nothing goes there unseen.

Operands and results travel over shared memory. A primitive that is neither here nor in the
extension has a decomposition. Besides, NumPy has the powers whose exponent needs more than 64 bits.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from nx import ArrayType

__all__ = ["HANDED_OVER", "STORAGE_ONLY", "is_handed_over"]

HANDED_OVER: Final = frozenset(
    {
        "cholesky",
        "eig",
        "eigh",
        "fft",
        "fold",
        "ifft",
        "irfft",
        "lu",
        "matmul",
        "qr",
        "random_gamma",
        "random_poisson",
        "rfft",
        "solve",
        "svd",
        "to_device",
        "triangular_solve",
        "unfold",
    }
)
"""Linear algebra, Fourier transforms, convolution's windows, and draws by rejection."""

STORAGE_ONLY: Final = frozenset({"float8_e4m3", "float8_e5m2", "int4", "uint4"})
"""The dtypes whose conversions are ml_dtypes'."""


def is_handed_over(name: str, types: tuple["ArrayType", ...], params: dict[str, Any]) -> bool:
    """Tell whether NumPy computes a primitive for these operands."""
    if name in HANDED_OVER:
        return True
    dtypes = {type_.dtype.name for type_ in types}
    if name == "cast":
        dtypes.add(params["dtype"].name)
    return name == "cast" and not STORAGE_ONLY.isdisjoint(dtypes)
