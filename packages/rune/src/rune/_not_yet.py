"""Names of JAX's and of the reference document's that are not there, and what to use instead."""

from __future__ import annotations

from typing import Final

__all__ = ["INSTEAD"]

_DIFFERENCES: Final = "rune_testing.finite_diff gives directional derivatives meanwhile"
_LOOP: Final = "an ordinary Python loop works in every transformation"

INSTEAD: Final = {
    "checkpoint": "split the function and differentiate its parts with vjp_fun",
    "cond": "an ordinary Python if works in every transformation",
    "custom_jvp": "write the function with operations that have derivatives",
    "custom_vjp": "write the function with operations that have derivatives",
    "debug": "a handler of nx.effects can print each operation: see the guide's page on effects",
    "device_put": "x.to_device(device)",
    "fori_loop": _LOOP,
    "grads": "grad(f, argnums=(0, 1)), or grad of a function of a list",
    "hessian": "grad of each component of grad(f)",
    "hvp": "grad(lambda x: (grad(f)(x) * v).sum())",
    "jacfwd": "vjp_fun, one cotangent for each output",
    "jacrev": "vjp_fun, one cotangent for each output",
    "jit": "nothing: operations run at once",
    "jvp": _DIFFERENCES,
    "jvp_aux": _DIFFERENCES,
    "jvps": _DIFFERENCES,
    "pmap": "nothing: there is one device at a time",
    "remat": "split the function and differentiate its parts with vjp_fun",
    "scan": _LOOP,
    "value_and_grad_aux": "value_and_grad(f, has_aux=True)",
    "value_and_grads": "value_and_grad of a function of a list",
    "value_and_grads_aux": "value_and_grad(f, has_aux=True) of a function of a list",
    "vjps": "vjp of a function of a list",
    "vmap": "operations on whole arrays, which broadcast",
    "vmaps": "operations on whole arrays, which broadcast",
    "while_loop": _LOOP,
}
