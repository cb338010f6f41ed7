"""rune: transformations of functions of `nx` arrays.

Each is a handler of nx's effects and knows no operation by name; derivatives stand in one table.
"""

from typing import NoReturn

from rune._axes import Container, Map, NoMap, OutContainer, OutSingle, Single
from rune._collectives import (
    all_gather,
    axis_index,
    pmax,
    pmean,
    pmin,
    ppermute,
    psum,
    psum_scatter,
)
from rune._debug import debug
from rune._errors import CollectiveError, PathError
from rune._jacobians import hessian, hvp, jacfwd, jacrev
from rune._lists import (
    grads,
    value_and_grad_aux,
    value_and_grads,
    value_and_grads_aux,
    vjp,
    vjps,
)
from rune._map import vmap, vmaps
from rune._not_yet import missing as _missing
from rune._stop import detach, no_grad, stop_gradient
from rune._tangents import jvp, jvp_aux, jvps
from rune._transforms import grad, value_and_grad, vjp_fun
from rune._trees import register as register_tree

__all__ = [
    "CollectiveError",
    "Container",
    "Map",
    "NoMap",
    "OutContainer",
    "OutSingle",
    "PathError",
    "Single",
    "all_gather",
    "axis_index",
    "debug",
    "detach",
    "grad",
    "grads",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "jvp_aux",
    "jvps",
    "no_grad",
    "pmax",
    "pmean",
    "pmin",
    "ppermute",
    "psum",
    "psum_scatter",
    "register_tree",
    "stop_gradient",
    "value_and_grad",
    "value_and_grad_aux",
    "value_and_grads",
    "value_and_grads_aux",
    "vjp",
    "vjp_fun",
    "vjps",
    "vmap",
    "vmaps",
]


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(_missing(name))
