"""Names of JAX's and of the reference document's that are not there, and what to use instead."""

from __future__ import annotations

from typing import Final

__all__ = ["INSTEAD"]

_LOOP: Final = "an ordinary Python loop works in every transformation"

INSTEAD: Final = {
    "checkpoint": "split the function and differentiate its parts with vjp_fun",
    "cond": "an ordinary Python if works in every transformation",
    "custom_jvp": "write the function with operations that have derivatives",
    "custom_vjp": "write the function with operations that have derivatives",
    "device_put": "x.to_device(device)",
    "fori_loop": _LOOP,
    "jit": "nothing: operations run at once",
    "pmap": "nothing: there is one device at a time",
    "remat": "split the function and differentiate its parts with vjp_fun",
    "scan": _LOOP,
    "while_loop": _LOOP,
}
