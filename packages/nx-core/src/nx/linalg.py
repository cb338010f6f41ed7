"""Linear algebra: the array API's extension whole, and what SciPy's users reach for."""

from nx._errors import shorten as _shorten
from nx._factorizations import (
    EighResult,
    EigResult,
    LUResult,
    QRResult,
    SVDResult,
    cholesky,
    eig,
    eigh,
    eigvals,
    eigvalsh,
    lu,
    qr,
    svd,
    svdvals,
)
from nx._matrices import diagonal
from nx._matrix_functions import expm, matrix_power
from nx._norms import matrix_norm, matrix_rank, norm, trace, vector_norm
from nx._products import cross, kron, matmul, multi_dot, outer, tensordot, vecdot
from nx._shaping import matrix_transpose
from nx._solving import (
    LstsqResult,
    SlogdetResult,
    det,
    inv,
    lstsq,
    pinv,
    slogdet,
    solve,
    triangular_solve,
)

__all__ = [
    "EigResult",
    "EighResult",
    "LUResult",
    "LstsqResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "expm",
    "inv",
    "kron",
    "lstsq",
    "lu",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "triangular_solve",
    "vecdot",
    "vector_norm",
]

_shorten(globals())
