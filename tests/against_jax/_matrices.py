"""Rows of linear algebra and Fourier transforms.

Where a result is defined up to a sign or a phase, what is compared does not depend on it.
"""

from tests.against_jax._table import COMPLEX, FULL, A, flat, names, of, row, with_options

BOTH = (*FULL, *COMPLEX)
for matrix in [of(3, 3, positive=True), of(2, 2, 2, positive=True), of(1, 1, positive=True)]:
    for name in names("cholesky det inv slogdet svdvals pinv matrix_norm"):
        row(f"linalg.{name}", matrix, dtypes=BOTH)
    row("linalg.matrix_power", matrix, 3, dtypes=BOTH)
    row("linalg.matrix_power", matrix, -2, dtypes=BOTH)
    flat("linalg.matrix_rank", matrix, dtypes=BOTH)
    row("linalg.eigvalsh", matrix, dtypes=BOTH)
for name in names("det inv slogdet pinv svdvals"):
    row(f"linalg.{name}", of(3, 3), dtypes=BOTH)
for shape in ((4, 3), (3, 4)):
    row("linalg.pinv", of(*shape), dtypes=BOTH)
    row("linalg.svdvals", of(*shape), dtypes=BOTH)
for name in names("det inv"):
    row(f"linalg.{name}", of(0, 2, 2), dtypes=FULL)
row("linalg.cholesky", of(3, 3, positive=True), upper=True, dtypes=FULL)
row("linalg.solve", of(3, 3, positive=True), of(3, 2), dtypes=BOTH)
row("linalg.solve", of(3, 3, positive=True), of(3), dtypes=BOTH)
row("linalg.solve", of(2, 3, 3, positive=True), of(3, 2), dtypes=BOTH)
row("linalg.expm", of(3, 3, high=1), equal="scipy.linalg.expm", dtypes=FULL)
row("linalg.lu", of(3, 3), equal="scipy.linalg.lu", dtypes=FULL)
for lower in (True, False):
    row(
        "linalg.triangular_solve",
        of(3, 3, positive=True),
        of(3, 2),
        lower=lower,
        equal=with_options("scipy.linalg.solve_triangular", lower=lower),
        dtypes=BOTH,
    )


def values_and_projectors(xp, found):
    """Return eigenvalues and the projectors on the eigenvectors, which have no phase."""
    values, vectors = found
    columns = xp.swapaxes(vectors, -1, -2)
    return values, columns[..., :, None] * xp.conj(columns)[..., None, :]


def sorted_values(xp, values):
    """Return general eigenvalues without their order: their elementary sums."""
    return [xp.sum(values**n, axis=-1) for n in range(1, values.shape[-1] + 1)]


def parts_of_eig(xp, found):
    """Return the sums of eigenvalues, and of their powers times the unit eigenvectors' squares."""
    values, vectors = found
    weight = xp.abs(vectors) ** 2
    return [*sorted_values(xp, values), xp.sum(weight * values[..., None, :], axis=-1)]


def parts_of_svd(xp, found):
    """Return singular values and each pair's outer product."""
    u, s, vh = found
    count = s.shape[-1]
    left = xp.swapaxes(u, -1, -2)[..., :count, :]
    return s, left[..., :, None] * vh[..., :count, None, :]


def parts_of_qr(xp, found):
    """Return the product and the projector on the columns: Q's signs cancel."""
    q, r = found
    return q @ r, q @ xp.conj(xp.swapaxes(q, -1, -2))


def eig(jax):
    """Return jax.numpy.linalg.eig with the slopes of eigenvectors, which it refuses by itself."""
    about = {"compute_left_eigenvectors": False, "enable_eigvec_derivs": True}
    return lambda x: jax.lax.linalg.eig(x, **about)


for matrix in (of(3, 3, positive=True), of(2, 2, 2, positive=True)):
    row("linalg.eigh", matrix, parts=values_and_projectors, dtypes=BOTH)
for shape in ((3, 3), (2, 2, 2)):
    row("linalg.eigvals", of(*shape), parts=sorted_values, dtypes=BOTH)
    row("linalg.eig", of(*shape), parts=parts_of_eig, dtypes=BOTH, equal=eig)
for shape in ((4, 3), (2, 3), (2, 2, 2)):
    row("linalg.svd", of(*shape), full_matrices=False, parts=parts_of_svd, dtypes=BOTH)
for shape in ((4, 3), (3, 3)):
    row("linalg.qr", of(*shape), parts=parts_of_qr, dtypes=BOTH)
row("linalg.qr", of(4, 3), dtypes=FULL)
for right in ((4,), (4, 2)):
    row("linalg.lstsq", of(4, 3), of(*right), parts=lambda xp, found: found[0], dtypes=FULL)
flat("linalg.lstsq", of(4, 3), of(4, 2), dtypes=FULL)

for order in (None, 1, 2, 3, float("inf")):
    row("linalg.norm", of(4), order, dtypes=FULL)
row("linalg.norm", of(4), dtypes=COMPLEX)
for order in ("fro", "nuc", 1, -1, 2, float("inf")):
    row("linalg.norm", of(3, 2), order, dtypes=FULL)
    row("linalg.matrix_norm", of(2, 3, 2), ord=order, dtypes=FULL)
for order in (0, 1, 2, 3, float("inf"), float("-inf")):
    row("linalg.vector_norm", of(2, 3), ord=order, axis=1, grad=order != 0, dtypes=FULL)
    row("linalg.vector_norm", of(2, 3), ord=order, axis=1, grad=order != 0, dtypes=COMPLEX)

# Fourier --------------------------------------------------------------------------------------

for norm in ("backward", "ortho", "forward"):
    for name in ("fft", "ifft", "hfft", "irfft"):
        row(f"fft.{name}", of(2, 6), norm=norm, dtypes=COMPLEX)
    for name in ("fft", "ifft", "rfft", "ihfft"):
        row(f"fft.{name}", of(2, 6), norm=norm, dtypes=FULL)
for size in (4, 9):
    for name in ("fft", "irfft"):
        row(f"fft.{name}", of(6, 2), n=size, axis=0, dtypes=COMPLEX)
    row("fft.rfft", of(6, 2), n=size, axis=0, dtypes=FULL)
for name in ("fftn", "ifftn", "irfftn"):
    row(f"fft.{name}", of(3, 4), dtypes=COMPLEX)
    row(f"fft.{name}", of(2, 3, 4), axes=(0, 2), dtypes=COMPLEX)
row("fft.rfftn", of(3, 4), dtypes=FULL)
row("fft.fft", of(1, 1), dtypes=COMPLEX)
row("fft.fftshift", of(3, 4))
row("fft.ifftshift", of(3, 4), axes=(1,))
row("fft.fftshift", A(values=[1j, 2.0, 3.0]), dtypes=COMPLEX)
