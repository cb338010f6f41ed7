"""Cases of the functions of `nx.fft`: lengths, axes and norms, against NumPy's."""

from functools import partial

import numpy as np
import nx

from tests.cases._case import Case, Operand, dtypes_of

__all__ = ["CASES"]

REAL = dtypes_of(["signed", "unsigned", "floating"])
ANY = (*REAL, "complex64", "complex128")


def case(name, what, shape, dtypes, **options):
    """Compare a function with NumPy's of the same name."""
    return Case(
        name=f"{what}_{name}",
        covers=(),
        function=partial(getattr(nx.fft, what), **options),
        reference=partial(getattr(np.fft, what), **options),
        operands=(Operand(shape=shape),),
        dtypes=dtypes,
        tolerance=16,
        order=2,
    )


LENGTHS = (("same", None), ("cut", 4), ("filled", 9), ("one", 1))
NORMS = ("backward", "ortho", "forward")
TAKES = {"fft": ANY, "ifft": ANY, "rfft": REAL, "irfft": ANY, "hfft": ANY, "ihfft": REAL}
SEVERAL = {"fftn": ANY, "ifftn": ANY, "rfftn": REAL, "irfftn": ANY}
SIZES = (
    ("all", (2, 3, 4), {}),
    ("sized", (2, 3, 4), {"s": (4, 3), "axes": (0, 2)}),
    ("backwards", (2, 3, 4), {"s": (5, 2), "axes": (2, 0)}),
    ("one_axis", (2, 5), {"axes": (0,)}),
)

CASES = [
    *(
        case(f"{length}_{norm}", what, (6, 2), dtypes, n=n, axis=0, norm=norm)
        for what, dtypes in TAKES.items()
        for length, n in LENGTHS
        for norm in (NORMS if n is None else ["ortho"])
    ),
    *(case("plain", what, (2, 5), dtypes) for what, dtypes in TAKES.items()),
    *(
        case(f"{size}_{norm}", what, shape, dtypes, norm=norm, **options)
        for what, dtypes in SEVERAL.items()
        for size, shape, options in SIZES
        for norm in (NORMS if size == "sized" else NORMS[:1])
    ),
    *(
        case(label, name, shape, ANY, axes=axes)
        for name in ("fftshift", "ifftshift")
        for label, shape, axes in (
            ("all", (5, 4), None),
            ("of_0", (5, 4), 0),
            ("of_last", (2, 3), (-1,)),
        )
    ),
]
