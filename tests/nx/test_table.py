"""The table of cases is complete, and its cases test what they say."""

import nx
import pytest
from nx.effects import Handler, handling
from nx.primitives import P

from tests.cases import CASES, covering


class Recorder(Handler):
    """Keep which primitives are performed."""

    def __init__(self):
        self.seen = set()

    def perform(self, primitive, operands, params, rest):
        self.seen.add(primitive)
        return super().perform(primitive, operands, params, rest)


def test_names_are_unique():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("primitive", list(P), ids=lambda p: p.name)
def test_every_primitive_has_a_case(primitive):
    assert covering(primitive)


@pytest.mark.parametrize("primitive", list(P), ids=lambda p: p.name)
def test_every_dtype_of_a_primitive_has_a_case(primitive):
    if primitive in (P.complex, P.nextafter, P.bitcast) or primitive.family == "random":
        pytest.skip("takes fewer dtypes than its kinds have, or is exact in its own only")
    tried = {name for case in covering(primitive) for name in case.dtypes}
    known = [getattr(nx, name) for name in nx.__all__ if isinstance(getattr(nx, name), nx.DType)]
    assert tried >= {dtype.name for dtype in known if dtype.kind in primitive.takes}


@pytest.mark.parametrize("case", [c for c in CASES if c.covers], ids=lambda c: c.name)
def test_a_case_performs_what_it_covers(case):
    """In its last dtype: some functions return integers, or reals, as they are."""
    operands = [nx.asarray(x) for x in case.draw(case.dtypes[-1])]
    with handling(Recorder()) as recorder:
        case.function(*operands)
    assert recorder.seen >= set(case.covers)
