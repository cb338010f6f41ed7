"""Names of JAX's and of the reference document's that are not there, and what to use instead."""

from __future__ import annotations

from typing import Final

__all__ = ["ELSEWHERE", "INSTEAD", "NOT_NEEDED", "NOT_YET", "missing"]

_AT_ONCE: Final = "call the function itself: operations run at once"
_LOOP: Final = "an ordinary Python loop works in every transformation"
_ONE_DEVICE: Final = "vmap maps over an axis; there is one device at a time"
_PARTS: Final = "split the function and differentiate its parts with vjp_fun"
_RULES: Final = "write the function with operations that have derivatives"

NOT_YET: Final = {
    "checkpoint": _PARTS,
    "custom_gradient": _RULES,
    "custom_jvp": _RULES,
    "custom_vjp": _RULES,
    "device_put": "x.to_device(device)",
    "jit": _AT_ONCE,
    "pjit": _AT_ONCE,
    "pmap": _ONE_DEVICE,
    "remat": _PARTS,
    "shard_map": _ONE_DEVICE,
}

NOT_NEEDED: Final = {
    "associative_scan": "nx.cumulative_sum and its kin, or an ordinary Python loop",
    "block_until_ready": "a result is there when the operation returns",
    "cond": "an ordinary Python if works in every transformation",
    "eval_shape": "call the function and look at the shape",
    "fori_loop": _LOOP,
    "linear_transpose": "vjp_fun(f, x)[1] is the transpose of a linear f",
    "linearize": "vmap(lambda v: jvp(f, x, v)[1]) pushes many tangents forward at once",
    "make_jaxpr": "debug(f) prints each operation",
    "named_call": "debug(f) and error notes tell the name of f as it is",
    "named_scope": "debug(f) and error notes tell the name of f as it is",
    "scan": _LOOP,
    "switch": "an ordinary Python match, or functions[int(i)], works in every transformation",
    "while_loop": _LOOP,
}

ELSEWHERE: Final = {
    "Array": "nx.Array",
    "all_to_all": "all_gather, then index the result with axis_index",
    "assert_gradient": "rune_testing.assert_gradient",
    "axis_size": 'psum(1, "name") counts the lanes',
    "check_gradient": "rune_testing.check_gradient",
    "check_gradients": "rune_testing.check_gradients",
    "check_grads": "rune_testing.check_gradient",
    "finite_diff": "rune_testing.finite_diff",
    "finite_diff_jacobian": "rune_testing.finite_diff_jacobian",
    "jacobian": "jacrev, or jacfwd where there are more outputs than inputs",
    "lax": "nx has the functions; branches and loops are Python's",
    "nn": "nx has the activations: nx.relu, nx.softmax, ...",
    "numpy": "nx",
    "random": "nx.random, or nx.rand and nx.randn",
    "tree": "optree maps over trees; register_tree adds a class",
    "tree_util": "optree maps over trees; register_tree adds a class",
    "vectorize": "vmap, once for each axis",
}

INSTEAD: Final = NOT_YET | NOT_NEEDED | ELSEWHERE


def missing(name: str) -> str:
    """Return what to say of a name that the module doesn't have."""
    if name not in INSTEAD:
        return f"module 'rune' has no attribute {name!r}"
    return f"rune has no {name!r}{' yet' if name in NOT_YET else ''}\nhint: {INSTEAD[name]}"
