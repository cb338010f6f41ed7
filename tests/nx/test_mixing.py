"""Every function of several arrays refuses arrays of two backends, and says what to do."""

import nx
import pytest

from tests.cases import CASES
from tests.nx.toys import Helped

APART = {  # each operand by itself: no operation meets two of them
    "meshgrid_xy",
    "meshgrid_ij",
    "searchsorted_empty",
}
CASES_OF_SEVERAL = [c for c in CASES if len(c.operands) > 1 and c.name not in APART]


@pytest.mark.parametrize("case", CASES_OF_SEVERAL, ids=lambda case: case.name)
def test_operands_of_two_backends_do_not_mix(register, case):
    there = register(Helped())
    values = case.draw(case.dtypes[0])
    for i in range(len(values)):
        operands = [
            nx.asarray(x, device=there if i == j else "numpy") for j, x in enumerate(values)
        ]
        with pytest.raises(nx.DeviceError) as caught:
            case.function(*operands)
        problem, hint = str(caught.value).splitlines()
        where = problem.partition(": cannot mix arrays on ")[2].split(" and ")
        assert set(where) == {f"{there}:cpu", "numpy:cpu"}
        assert hint.startswith("hint: move one of them first: x.to_device('")


def test_what_stands_in_for_a_number_is_not_moved_either(register):
    x, number = nx.arange(3, device="numpy"), nx.asarray(7, device=register(Helped()))
    for put in (
        lambda: nx.full_like(x, number),
        lambda: nx.unique_values(x, size=5, fill_value=number),
        lambda: nx.pad(x, 1, value=number),
        lambda: x[[number, number]],
        lambda: x.at[[number]].set(1),
        lambda: nx.concat([x, [number]]),
        lambda: nx.stack([x[0], number]),
        lambda: nx.asarray([x[0], number]),
        lambda: nx.clip(x, 0, number),
    ):
        with pytest.raises(nx.DeviceError, match="cannot mix arrays on "):
            put()
    assert nx.full((2,), number, device="numpy").device.backend == "numpy"  # as was asked
    assert nx.asarray([number, number], device="numpy").device.backend == "numpy"


@pytest.mark.parametrize(
    "call",
    [
        lambda x: nx.nonzero(x, size=4)[0],
        lambda x: nx.flatnonzero(x, size=4, fill_value=7),
        lambda x: nx.argwhere(x, size=4),
        lambda x: nx.compress([True, False, True], x, size=2),
        lambda x: nx.repeat(x, [1, 2, 0]),
        lambda x: nx.put_along_axis(x, [0], 1.0),
        lambda x: nx.segment_sum(x, [0, 1, 0], 2),
        lambda x: nx.searchsorted(x, x, sorter=[0, 1, 2]),
        lambda x: nx.take(x, [0, 1]),
        lambda x: nx.take_along_axis(x, [0, 1]),
    ],
)
def test_lists_and_numbers_become_arrays_beside_the_operand(register, call):
    """Whatever the default backend is."""
    there = register(Helped())
    assert str(call(nx.asarray([1.0, 2.0, 3.0], device=there)).device) == f"{there}:cpu"
