"""The least that a backend needs, as docs/tables/primitives.md lists it, is enough."""

import re
from pathlib import Path

import nx
import pytest
from nx.backends import API_VERSION, Backend, BackendSpec, _registry, load_backend
from nx.primitives import P
from nx.testing import ROWS

from tests.scripts import imported

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def tables():
    nx.backends.backends()  # discovers
    before = dict(_registry.REGISTRY.entries)
    with imported(DOCS, "tables") as (module,):
        yield module
    _registry.REGISTRY.entries.clear()
    _registry.REGISTRY.entries.update(before)


class Least(Backend):
    """NumPy's kernels for what is listed, and nothing else."""

    name = "least"

    def __init__(self, listed):
        self.listed = listed

    def kernel(self, primitive, types, params):
        dtype = types[0].dtype if types else params["dtype"]
        if dtype.name not in self.listed.get(primitive.name, ()):
            return None
        return load_backend("numpy").kernel(primitive, types, params)

    def natives(self):
        return frozenset(self.listed)

    def from_numpy(self, array):
        return array

    def to_numpy(self, storage):
        return storage


def test_the_demos_network_learns_with_the_least_alone(tables):
    listed = tables.least()
    assert not any(getattr(P, name).decomposition for name in listed)
    assert len(listed) < len(P) / 3
    nx.register_backend(
        BackendSpec(
            name="least",
            api_version=API_VERSION,
            probe=lambda: None,
            load=lambda: Least(listed),
            priority=-1000,
        )
    )
    with nx.use_backend("least"):
        assert str(nx.zeros(1).device) == "least:cpu"
        loss = tables.train_a_little()
        with pytest.raises(nx.BackendError):
            nx.fft.fft(nx.ones(4))
    with nx.use_backend("numpy"):
        assert loss == tables.train_a_little()


def test_the_page_shows_a_call_of_each_primitive(tables):
    page = tables.primitives()
    for name in ROWS:
        call = tables.example(getattr(P, name))
        assert call.startswith(f"`{name}(")
        assert f"| {tables.cell(call)} |" in page
    assert re.search(r"`flip\(float32\[[\d,]+\], axes=\([\d, ]+\)\) -> float32\[[\d,]+\]`", page)
