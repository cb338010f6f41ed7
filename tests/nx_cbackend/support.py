"""What the C backend's tests share: buffers from arrays and back, layouts, and ULPs.

Most of these tests speak to the compiled module itself, without nx.
"""

import numpy as np
from nx_cbackend import _native as native

FLOATS = (np.float32, np.float64)


def wrap(array):
    return native.wrap(array, native.DTYPES.index(array.dtype.name), None)


def call(name, *operands):
    """Run an elementwise function on arrays and floats; the result is an array."""
    wrapped = [wrap(x) if isinstance(x, np.ndarray) else x for x in operands]
    return np.asarray(native.bind(name, ())(*wrapped))


def sum_over(axes):
    return native.bind("sum", (sum(1 << axis for axis in axes),))


def values(shape, dtype, seed=0):
    return np.random.default_rng(seed).uniform(-9, 9, shape).astype(dtype)


def unaligned(shape, dtype):
    itemsize = np.dtype(dtype).itemsize
    size = int(np.prod(shape))
    memory = np.zeros(size * itemsize + 1, np.uint8)[1:]
    array = memory.view(dtype).reshape(shape)
    array[...] = values(shape, dtype)
    assert not array.flags.aligned
    return array


LAYOUTS = {
    "contiguous": lambda dtype: values((3, 4, 5), dtype),
    "long": lambda dtype: values(1111, dtype),
    "transposed": lambda dtype: values((5, 4, 3), dtype).T,
    "permuted": lambda dtype: values((4, 5, 3), dtype).transpose(2, 0, 1),
    "flipped": lambda dtype: values((3, 4, 5), dtype)[::-1, :, ::-1],
    "flipped-long": lambda dtype: values(1111, dtype)[::-1],
    "stepped": lambda dtype: values((6, 4, 10), dtype)[::2, :, ::2],
    "stepped-back": lambda dtype: values((9, 4, 16), dtype)[::-3, ::-1, 1::3],
    "offset": lambda dtype: values((5, 6, 9), dtype)[2:, 1:5, 4:],
    "column": lambda dtype: values((30, 7), dtype)[:, 3],
    "broadcast": lambda dtype: np.broadcast_to(values((4, 1), dtype), (3, 4, 5)),
    "broadcast-rows": lambda dtype: np.broadcast_to(values(5, dtype), (3, 4, 5)),
    "broadcast-all": lambda dtype: np.broadcast_to(values((), dtype), (3, 4, 5)),
    "0-d": lambda dtype: values((), dtype),
    "one": lambda dtype: values((1,), dtype),
    "size-1 axes": lambda dtype: values((1, 3, 1, 4, 1), dtype),
    "size-1 axes, stepped": lambda dtype: values((4, 3, 4, 8), dtype)[::4, :, 2:3, ::2],
    "empty": lambda dtype: values((0,), dtype),
    "empty axes": lambda dtype: values((3, 0, 2), dtype),
    "empty, transposed": lambda dtype: values((3, 0, 2), dtype).T,
    "unaligned": lambda dtype: unaligned((3, 4, 5), dtype),
    "unaligned, stepped": lambda dtype: unaligned((3, 8, 5), dtype)[:, ::2],
    "32 axes": lambda dtype: values((2, 3, *[1] * 28, 2, 2), dtype)[:, ::-1],
}


def ulp(result, exact):
    """The largest error of a result, in units of its dtype's last place."""
    rounded = exact.astype(result.dtype)
    finite = np.isfinite(rounded)
    np.testing.assert_array_equal(np.isnan(result), np.isnan(rounded))
    np.testing.assert_array_equal(result[np.isinf(rounded)], rounded[np.isinf(rounded)])
    if not finite.any():
        return 0.0
    unit = np.spacing(np.abs(rounded[finite])).astype(exact.dtype)
    error = np.abs(result[finite].astype(exact.dtype) - exact[finite])
    return float((error / unit).max())
