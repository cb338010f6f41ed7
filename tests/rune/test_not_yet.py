"""What is not there says so, and says what to use."""

import pytest
import rune
from rune._not_yet import INSTEAD


@pytest.mark.parametrize("name", INSTEAD)
def test_a_name_that_is_not_there_yet_says_so(name):
    with pytest.raises(AttributeError) as caught:
        getattr(rune, name)
    assert str(caught.value) == f"rune has no {name!r} yet\nhint: {INSTEAD[name]}"


def test_what_is_there_is_not_listed():
    assert not set(INSTEAD) & set(rune.__all__)


def test_other_names_are_plainly_missing():
    with pytest.raises(AttributeError, match="module 'rune' has no attribute 'gradd'"):
        rune.gradd
