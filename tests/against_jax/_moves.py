"""Rows of creation, moves and indexing."""

from tests.against_jax._table import COMPLEX, EXACT, A, flat, index, names, of, row, with_options

for shape in ((2, 3, 4), (2, 0, 4), (2, 1, 4)):
    row("reshape", of(*shape), (-1, 4) if 0 not in shape else (0, 2))
    row("permute_dims", of(*shape), (2, 0, 1))
    row("moveaxis", of(*shape), 0, 2)
    row("swapaxes", of(*shape), 0, 1)
    row("matrix_transpose", of(*shape))
    row("flip", of(*shape), axis=(0, 2))
    row("roll", of(*shape), 2, axis=2)
    row("roll", of(*shape), 1)
    row("expand_dims", of(*shape), axis=(0, 2))
    row("tile", of(*shape), (2, 1))
    row("pad", of(*shape), ((1, 0), (0, 2), (1, 1)))
    row("stack", [of(*shape), of(*shape)], axis=1)
    row("concat", [of(*shape), of(*shape)], axis=2)
    row("tril", of(*shape), k=1)
    row("triu", of(*shape), k=-1)
    row("unstack", of(*shape), axis=2)
for name, args in {"reshape": ((3, 2),), "permute_dims": ((1, 0),), "flip": ()}.items():
    row(name, of(2, 3), *args, dtypes=COMPLEX)
    flat(name, of(2, 3, low=-9, high=9), *args, dtypes=EXACT)
row("concat", [of(2), of(2, 2)], axis=None)
row("squeeze", of(2, 1, 3), axis=1)
row("flatten", of(2, 1, 3), equal="numpy.ravel")
flat("view", of(2, 3), "int32", equal="lax.bitcast_convert_type", dtypes=("float32", "uint32"))
flat("view", of(2, 3), "float64", equal="lax.bitcast_convert_type", dtypes=("int64",))
row("broadcast_to", of(3, 1), (2, 3, 4))
row("broadcast_arrays", of(3, 1), of(4))
row("meshgrid", of(3), of(2))
row("meshgrid", of(3), of(2), indexing="ij")
row("repeat", of(2, 3), 2, axis=1)
row("repeat", of(3), index([2, 0, 1]), equal=with_options("numpy.repeat", total_repeat_length=3))
row("split", of(6, 2), 3)
row("split", of(6, 2), [1, 4])
row("take", of(4, 3), index([0, 3, 3]), axis=0)
row("take", of(4, 3), index([[0, -1]]), axis=1)
row("take", of(4), index([0, 3, 3, -2]))
row("take", of(4, 3), index([]), axis=1)
row("take_along_axis", of(2, 3), index([[0, 2, 2, 1], [1, 1, 0, 0]]), axis=1)
row("take_along_axis", of(2, 3), index([[0, 1, 1]]), axis=0)
row(
    "put_along_axis",
    of(2, 3),
    index([[0, 2], [1, 0]]),
    of(2, 2),
    axis=1,
    equal=with_options("numpy.put_along_axis", axis=1, inplace=False),
)
row("segment_sum", of(4, 2), index([0, 2, 2, 0]), 4, equal="ops.segment_sum")
row("compress", A(values=[True, False, True], dtype="bool"), of(3, 2), axis=0, eager=True)
flat("astype", of(2, 3, low=-9, high=9), "int32")
row("astype", of(2, 3), "float32")
row("astype", of(2, 3), "complex128", dtypes=("float32", "float64", *COMPLEX))


# Creation -------------------------------------------------------------------------------------


def made(name, *args, dtype, equal=None, **options):
    """Add a row of a function that has no array among its arguments."""
    path = equal or f"numpy.{name}"
    flat(name, *args, dtype=dtype, dtypes=(dtype,), equal=path, **options)


for dtype in ("float16", "bfloat16", "float32", "float64", "int32", "uint8", "bool", "complex64"):
    for shape in ((), (2, 3), (0, 2)):
        made("zeros", shape, dtype=dtype)
        made("ones", shape, dtype=dtype)
        made("full", shape, 1, dtype=dtype)
        flat("zeros_like", of(*shape), dtypes=(dtype,))
        flat("ones_like", of(*shape), dtypes=(dtype,))
        flat("full_like", of(*shape), 1, dtypes=(dtype,))
for dtype in ("int32", "float32", "float64"):
    made("eye", 3, 4, k=1, dtype=dtype)
    made("eye", 0, dtype=dtype)
    made("tri", 3, 4, 1, dtype=dtype)
    made("arange", 2, 11, 3, dtype=dtype)
    made("arange", 5, 0, dtype=dtype)
for dtype in ("float32", "float64"):
    made("arange", 0.0, 1.0, 0.25, dtype=dtype)
    made("linspace", 0.0, 1.0, 7, dtype=dtype)
    made("linspace", 0.0, 1.0, 4, endpoint=False, dtype=dtype)
    made("linspace", 2.0, 1.0, 1, dtype=dtype)
    made("fft.fftfreq", 7, d=0.5, dtype=dtype)
    made("fft.fftfreq", 8, d=2.0, dtype=dtype)
    made("fft.rfftfreq", 7, d=0.5, dtype=dtype)
for size in (1, 2, 7):
    for name in names("bartlett blackman hamming"):
        flat(name, size, dtype="float64", equal=with_options(f"numpy.{name}"), dtypes=("float64",))
    equal = with_options("numpy.hanning")
    flat("hann", size, dtype="float64", equal=equal, dtypes=("float64",))
    equal = with_options("numpy.kaiser")
    flat("kaiser", size, 5.0, dtype="float64", equal=equal, dtypes=("float64",))
for dtype in ("float32", "int32"):
    equal = with_options("nn.one_hot", dtype=dtype)
    flat("one_hot", index([[0, 2], [1, 1]]), 3, dtype=dtype, equal=equal, dtypes=(dtype,))
