"""Every case of the table against NumPy and SciPy, in every dtype and layout."""

import math
from contextlib import contextmanager

import numpy as np
import nx
import pytest
from nx.effects import Handler, handling
from nx.primitives import P

from tests.cases import CASES, wide
from tests.nx.layouts import LAYOUTS, contiguous

EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
SHAPES = [(), (0,), (1, 1), (2, 0, 3), (1,) * 8]


class Inference(Handler):
    """Check every operation's shape and dtype against its primitive's rule, and its own storage."""

    def perform(self, primitive, operands, params, rest):
        out = super().perform(primitive, operands, params, rest)
        inferred = primitive.infer(*(x._type for x in operands), **params)
        several = isinstance(out, tuple)
        for x, type_ in zip(
            out if several else [out], inferred if several else [inferred], strict=True
        ):
            value = np.asarray(x)
            assert (x.shape, x.dtype) == (type_.shape, type_.dtype)
            assert (value.shape, value.dtype) == (type_.shape, type_.dtype.numpy)
        return out


def outputs(out):
    return list(out) if isinstance(out, tuple) else [out]


def assert_close(x, expected, case):
    """Compare at the result dtype's precision: element by element, or else to the largest."""
    got, expected = np.asarray(x), np.asarray(expected)
    assert got.shape == expected.shape
    if x.dtype.kind not in ("floating", "complex") or case.tolerance == 0:
        np.testing.assert_array_equal(wide(got), wide(expected.astype(got.dtype)))
        return
    info = nx.finfo(x.dtype)
    scale = 0.0 if case.free else max(1.0, np.max(np.abs(expected), initial=0.0))
    smallest = 4 * float(info.smallest_normal) * float(info.eps)  # denormals round absolutely
    tolerance = case.tolerance * float(info.eps)
    np.testing.assert_allclose(
        wide(got), expected, rtol=tolerance, atol=tolerance * scale + smallest
    )


@contextmanager
def noted(*what):
    """Say in a failure which dtype and layout it is about."""
    try:
        yield
    except Exception as failure:
        failure.add_note(" ".join(map(str, what)))
        raise


def check(case, values, layout):
    """Run twice, since the first call resolves the eager path's kernels; write no operand."""
    made = [layout(x) for x in values]
    operands = [x for x, _ in made]
    expected = case.reference(*(wide(np.array(x)) for _, x in made))
    for _ in range(2):
        out = case.function(*operands)
        for x, y in zip(outputs(out), outputs(expected), strict=True):
            assert_close(x, y, case)
    for x, (_, y) in zip(operands, made, strict=True):
        assert np.asarray(x).tobytes() == y.tobytes()


@EACH
def test_values(case):
    for dtype in case.dtypes:
        values = case.draw(dtype)
        for layout in LAYOUTS:
            with noted(dtype, layout.__name__):
                check(case, values, layout)


@pytest.mark.parametrize("case", [c for c in CASES if c.free], ids=lambda case: case.name)
def test_values_of_0d_empty_and_deep_arrays(case):
    for dtype in case.dtypes:
        for shape in SHAPES:
            with noted(dtype, shape):
                check(case, case.shaped(shape).draw(dtype), contiguous)


@EACH
def test_results_are_as_inferred(case):
    for dtype in case.dtypes:
        operands = [nx.asarray(x) for x in case.draw(dtype)]
        with noted(dtype), handling(Inference()):
            case.function(*operands)


EDGES = [*(math.nan, math.inf, -math.inf), *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, -2.0, 3.0)]
EXTREMES = [1e-300, -1e-300, 5e-324, 1e300, -1e300]
OWN = {
    P.floor_divide: "an infinite quotient is infinite, where NumPy has NaN",
    P.complex: "the reference multiplies by 1j, which makes NaN of infinities",
    P.lgamma: "infinite at -inf as in C; SciPy has -inf there and inf at denormals",
    P.polygamma: "SciPy has infinities of its own choice at poles of even order",
}


# The eager path runs bare ufuncs; nx's own filter for their warnings is not there in pytest.
@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.free and "float64" in c.dtypes and not OWN.keys() & {*c.covers}],
    ids=lambda case: case.name,
)
def test_values_at_the_edges(case):
    """NaN, infinities, zeros, extremes, and every pair of them."""
    values = np.array(EDGES + EXTREMES)
    shapes = [(-1,) + (1,) * i for i in range(len(case.operands))]
    operands = [
        (values if o.dtype is None else values > 0).reshape(shape)
        for o, shape in zip(case.operands, shapes, strict=True)
    ]
    with np.errstate(all="ignore"):
        expected = case.reference(*operands)
    for _ in range(2):
        out = case.function(*map(nx.asarray, operands))
        np.testing.assert_allclose(np.asarray(out), expected, rtol=1e-13, atol=1e-323)
