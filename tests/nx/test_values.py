"""Every case of the table against NumPy and SciPy, in every dtype and layout."""

from contextlib import contextmanager

import numpy as np
import nx
import pytest
from nx.effects import Handler, handling

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
    """Compare at the result dtype's precision: each element of elementwise functions, else to the largest."""
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
