"""Rows of products, convolution, pooling, interpolation and networks."""

import functools

from tests.against_jax._table import COMPLEX, EXACT, FULL, A, flat, of, row

DOTS = [((3,), (3,)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 1)), ((2, 0), (0, 3)), ((3,), (2, 3, 2))]
for first, second in DOTS:
    row("matmul", of(*first), of(*second))
row("matmul", of(2, 3), of(3, 2), dtypes=COMPLEX)
flat("matmul", of(2, 3, low=-9, high=9), of(3, 2, low=-9, high=9), dtypes=EXACT)
row("linalg.matmul", of(2, 3), of(3, 2), equal="numpy.matmul")
for room in ("", "linalg."):
    row(f"{room}tensordot", of(2, 3, 4), of(3, 4, 2), axes=2)
    row(f"{room}tensordot", of(2, 3), of(2, 4), axes=((0,), (0,)))
    row(f"{room}vecdot", of(2, 3), of(3))
    row(f"{room}vecdot", of(3, 2), of(3, 2), axis=0)
    row(f"{room}vecdot", of(2, 3), of(3), dtypes=COMPLEX)
    row(f"{room}outer", of(3), of(4))
    row(f"{room}kron", of(2, 2), of(1, 3), equal="numpy.kron")
row("einsum", "ij,jk->ik", of(2, 3), of(3, 4))
row("einsum", "ij,ij,j->i", of(2, 3), of(2, 3), of(3))
row("einsum", "...ii->...i", of(2, 3, 3))
row("einsum", "ij,kj->ki", of(2, 3), of(4, 3), dtypes=COMPLEX)
row("linalg.multi_dot", [of(2, 3), of(3, 4), of(4, 1)])
row("linalg.matrix_transpose", of(2, 3))
row("linalg.cross", of(2, 3), of(3))
row("linalg.trace", of(2, 3, 4), offset=1)
row("linalg.diagonal", of(2, 3, 4), offset=-1)
row("polyval", of(4), of(3))
for name in ("polyadd", "polysub"):
    row(name, of(4), of(2))
row("polymul", of(4), of(2))
for order in (0, 1, 2):
    row("polyder", of(4), order)
    row("polyint", of(4), order)
row("interp", of(5, low=0.1, high=2.9), A(values=[0.0, 1.0, 2.0, 3.0]), of(4), dtypes=FULL)
OUTSIDE = A(values=[-1.0, 0.5, 4.0]), A(values=[0.0, 1.0, 2.0])
row("interp", *OUTSIDE, of(3), left=-5.0, right=7.0, dtypes=FULL)

# Convolution: JAX's windows and images have their channels last by default --------------------

for mode in ("full", "same", "valid"):
    row("convolve", of(7), of(3), mode=mode)
    row("correlate", of(7), of(3), mode=mode)


def layout(spatial):
    letters = "HWD"[:spatial]
    return (f"NC{letters}", f"OI{letters}", f"NC{letters}")


def conv(spatial, **options):
    """Return JAX's convolution of images and windows with their channels first."""

    def equal(jax):
        options.setdefault("window_strides", (1,) * spatial)
        options.setdefault("padding", "VALID")
        named = {"dimension_numbers": layout(spatial), **options}
        return lambda x, w: jax.lax.conv_general_dilated(x, w, **named)

    return equal


row("conv", of(2, 3, 7), of(4, 3, 3), equal=conv(1), dtypes=FULL)
row("conv1d", of(1, 2, 5), of(3, 2, 3), equal=conv(1), dtypes=FULL)
row("conv3d", of(1, 2, 4, 3, 4), of(2, 2, 2, 2, 2), equal=conv(3), dtypes=FULL)
row(
    "conv2d",
    of(2, 4, 6, 5),
    of(6, 2, 3, 2),
    stride=2,
    padding=1,
    dilation=(1, 2),
    groups=2,
    equal=conv(
        2,
        window_strides=(2, 2),
        padding=[(1, 1), (1, 1)],
        rhs_dilation=(1, 2),
        feature_group_count=2,
    ),
    dtypes=FULL,
)


def transposed(spatial, stride, padding):
    """Return the transpose of the convolution that has these strides and paddings."""

    def equal(jax):
        def call(x, w):
            size = w.shape[-spatial:]
            return jax.lax.conv_transpose(
                x,
                w,
                (stride,) * spatial,
                [(n - 1 - padding, n - 1 - padding) for n in size],
                dimension_numbers=layout(spatial),
                transpose_kernel=True,
            )

        return call

    return equal


row("conv_transpose", of(2, 3, 5), of(3, 2, 3), equal=transposed(1, 1, 0), dtypes=FULL)
about = {"stride": 2, "padding": 1, "equal": transposed(2, 2, 1)}
row("conv_transpose", of(1, 2, 3, 4), of(2, 3, 3, 2), dtypes=FULL, **about)


def pooled(start, method, window, stride, padding=0, share=1):
    """Return JAX's pooling of the last axes."""

    def equal(jax):
        def call(x, _window):
            extra = x.ndim - len(window)
            return (
                jax.lax.reduce_window(
                    x,
                    x.dtype.type(start),
                    getattr(jax.lax, method),
                    (1,) * extra + window,
                    (1,) * extra + stride,
                    [(0, 0)] * extra + [(padding, padding)] * len(window),
                )
                / share
            ).astype(x.dtype)

        return call

    return equal


INF = float("inf")
for shape in ((2, 3, 6, 7), (1, 1, 4, 4)):
    for padding in (0, 1):
        window, stride = (2, 3), (2, 1)
        about = {"stride": stride, "padding": padding, "dtypes": FULL}
        pool = functools.partial(pooled, window=window, stride=stride, padding=padding)
        row("max_pool", of(*shape), window, equal=pool(-INF, "max"), **about)
        row("min_pool", of(*shape), window, equal=pool(INF, "min"), **about)
        row("avg_pool", of(*shape), window, equal=pool(0.0, "add", share=6), **about)

# Networks -------------------------------------------------------------------------------------

for axis in (-1, 0):
    row("softmax", of(3, 4), axis=axis)
    row("log_softmax", of(3, 4), axis=axis)
    row("glu", of(4, 4), axis=axis)
row("softmax", of(3, 1))
row("softmax", of(0, 3))
