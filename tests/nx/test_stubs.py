"""What type checkers are told of the array is what it has."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_stub_is_up_to_date():
    made = runpy.run_path(str(ROOT / "tools" / "make_stubs.py"))
    assert made["PATH"].read_text() == made["stub"](), "run: python tools/make_stubs.py"
