"""rune: transformations of functions of `nx` arrays.

Each is a handler of nx's effects and knows no operation by name; derivatives stand in one table.
"""

from typing import NoReturn

from rune._not_yet import INSTEAD as _INSTEAD
from rune._stop import detach, no_grad, stop_gradient
from rune._transforms import grad, value_and_grad, vjp, vjp_fun
from rune._trees import register as register_tree

__all__ = [
    "detach",
    "grad",
    "no_grad",
    "register_tree",
    "stop_gradient",
    "value_and_grad",
    "vjp",
    "vjp_fun",
]


def __getattr__(name: str) -> NoReturn:
    if name in _INSTEAD:
        raise AttributeError(f"rune has no {name!r} yet\nhint: {_INSTEAD[name]}")
    raise AttributeError(f"module 'rune' has no attribute {name!r}")
