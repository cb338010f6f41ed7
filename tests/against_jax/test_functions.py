"""Functions of nx against their equals in JAX: value, dtype and gradient."""

import inspect

import nx
import pytest

from tests.against_jax import (  # noqa: F401  (each adds its rows to the table)
    _elementwise,
    _matrices,
    _moves,
    _products,
    _reductions,
)
from tests.against_jax._comparing import cases_of, compared, ours, theirs
from tests.against_jax._deviations import DTYPES, EXCLUDED, SLOPES
from tests.against_jax._table import ROWS

NAMES = sorted({row.name for row in ROWS})


@pytest.mark.usefixtures("quick")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # rows of infinities, NaN, flat functions
@pytest.mark.parametrize("name", NAMES)
def test_function(jax, name):
    cases = list(cases_of(row for row in ROWS if row.name == name))
    wrong, dtypes, slopes = [], set(), set()
    for case, expected in zip(cases, theirs(jax, cases), strict=True):
        verdict = compared(case, ours(case), expected)
        entry = (name, case.dtype)
        if verdict.dtypes:
            dtypes.add(entry)
        if verdict.slopes:
            slopes.add(entry)
            wrong += [verdict.slopes] if entry not in SLOPES else []
        wrong += [verdict.rest] if verdict.rest else []
    assert not wrong, "\n".join(wrong)
    # both ways: what agrees by now must leave the lists
    assert dtypes == {entry for entry in DTYPES if entry[0] == name}
    assert slopes == {entry for entry in SLOPES if entry[0] == name}


def test_every_equal_is_compared(jax):
    """A function with the same name in JAX has a row, or a reason to have none."""
    jnp, special = jax.numpy, jax.scipy.special
    shared = {
        f"{prefix}{name}"
        for prefix, room, theirs in [
            ("", nx, [jnp, jax.lax, jax.nn, special]),
            ("linalg.", nx.linalg, [jnp.linalg, jax.scipy.linalg, jax.lax.linalg]),
            ("fft.", nx.fft, [jnp.fft]),
        ]
        for name in room.__all__
        if inspect.isfunction(getattr(room, name)) and any(hasattr(one, name) for one in theirs)
    }
    assert shared - set(NAMES) - set(EXCLUDED) == set()
    assert set(NAMES) & set(EXCLUDED) == set()
    assert set(EXCLUDED) <= shared
    assert {name for name, _ in [*DTYPES, *SLOPES]} <= set(NAMES)
