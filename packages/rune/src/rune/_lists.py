"""The reference document's forms of reverse mode: of a list, and with the cotangent at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from rune._spelling import check_not_jax, one_list
from rune._transforms import named, pull_function, value_and_gradient

__all__ = ["grads", "value_and_grad_aux", "value_and_grads", "value_and_grads_aux", "vjp", "vjps"]

_MISSING: Final = object()


def _of_list(args: tuple[Any, ...], operation: str) -> list[Any]:
    return one_list(args, operation, "grad(f, argnums=(0, 1))(x, y)")


def grads(f: Callable[..., Any]) -> Callable[..., list[Any]]:
    """Make the function that computes the gradients of a function of a list.

    Parameters
    ----------
    f : callable
        Takes a list of arrays (or of trees of them), returns a 0-d floating array.

    Returns
    -------
    callable
        Takes the list, returns the list of gradients.

    Raises
    ------
    TypeError
        If it is called with anything but one list.

    Examples
    --------
    >>> import nx, rune
    >>> f = lambda xs: (xs[0] ** 2 + xs[1] ** 2).sum()
    >>> rune.grads(f)([nx.scalar(nx.float32, 3.0), nx.scalar(nx.float32, 4.0)])
    [Array(6., dtype=float32), Array(8., dtype=float32)]
    """
    compute = value_and_gradient(f, 0, False, False, "grads")

    def gradients(*args: Any, **kwargs: Any) -> list[Any]:
        found: list[Any] = compute(_of_list(args, "grads"), **kwargs)[1]
        return found

    return named(gradients, f, "grads")


def value_and_grads(f: Callable[..., Any]) -> Callable[..., tuple[Any, list[Any]]]:
    """Make the function that computes value and gradients of a function of a list.

    Parameters
    ----------
    f : callable
        As in `grads`.

    Returns
    -------
    callable
        Takes the list, returns ``(value, gradients)``.

    Raises
    ------
    TypeError
        If it is called with anything but one list.

    Examples
    --------
    >>> import nx, rune
    >>> w, b = nx.scalar(nx.float32, 3.0), nx.scalar(nx.float32, 4.0)
    >>> rune.value_and_grads(lambda xs: xs[0] * xs[1])([w, b])
    (Array(12., dtype=float32), [Array(4., dtype=float32), Array(3., dtype=float32)])
    """
    compute = value_and_gradient(f, 0, False, False, "value_and_grads")

    def both(*args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        return compute(_of_list(args, "value_and_grads"), **kwargs)[:2]

    return named(both, f, "value_and_grads")


def value_and_grad_aux(
    f: Callable[..., tuple[Any, Any]], argnums: int | Sequence[int] = 0
) -> Callable[..., tuple[Any, Any, Any]]:
    """Make the function that computes the loss, its gradient, and what else f returns.

    Parameters
    ----------
    f : callable
        Returns ``(loss, aux)``.
    argnums : int or sequence of int
        As in `grad`.

    Returns
    -------
    callable
        Takes f's arguments, returns ``(loss, gradient, aux)``.

    Raises
    ------
    TypeError
        If f does not return a pair.

    Examples
    --------
    >>> import nx, rune
    >>> rune.value_and_grad_aux(lambda x: (x * x, x + 1.0))(nx.asarray(3.0))
    (Array(9., dtype=float32), Array(6., dtype=float32), Array(4., dtype=float32))
    """
    compute = value_and_gradient(f, argnums, True, False, "value_and_grad_aux")
    return named(lambda *args, **kwargs: compute(*args, **kwargs), f, "value_and_grad_aux")


def value_and_grads_aux(
    f: Callable[..., tuple[Any, Any]],
) -> Callable[..., tuple[Any, list[Any], Any]]:
    """Make the function that does the same for a function of a list.

    Parameters
    ----------
    f : callable
        Takes a list, returns ``(loss, aux)``.

    Returns
    -------
    callable
        Takes the list, returns ``(loss, gradients, aux)``.

    Raises
    ------
    TypeError
        If it is called with anything but one list, or f does not return a pair.

    Examples
    --------
    >>> import nx, rune
    >>> rune.value_and_grads_aux(lambda xs: (xs[0] * xs[0], "aux"))([nx.asarray(3.0)])
    (Array(9., dtype=float32), [Array(6., dtype=float32)], 'aux')
    """
    compute = value_and_gradient(f, 0, True, False, "value_and_grads_aux")

    def all_three(*args: Any, **kwargs: Any) -> tuple[Any, list[Any], Any]:
        return compute(_of_list(args, "value_and_grads_aux"), **kwargs)

    return named(all_three, f, "value_and_grads_aux")


def vjp(f: Callable[[Any], Any], x: Any, v: Any = _MISSING, /) -> tuple[Any, Any]:
    """Compute f(x) and the product of the cotangent v with f's Jacobian.

    Parameters
    ----------
    f : callable
        Takes one tree of arrays, returns a tree of arrays.
    x : tree of Array
    v : tree of Array
        Like f's output.

    Returns
    -------
    tuple
        ``(f(x), g)``, g like x.

    Raises
    ------
    ShapeError
        If v is not like the output.

    Examples
    --------
    >>> import nx, rune
    >>> x = nx.create(nx.float32, (3,), [1.0, 2.0, 3.0])
    >>> rune.vjp(lambda x: nx.mul(x, x), x, nx.ones((3,)))
    (Array([1., 4., 9.], dtype=float32), Array([2., 4., 6.], dtype=float32))
    """
    if v is _MISSING:
        raise TypeError(
            "vjp: cannot pull back without a cotangent\n"
            "hint: vjp(f, x, v) returns (y, g); vjp_fun(f, x) returns (y, pullback), as JAX's vjp"
        )
    check_not_jax(f, x, v, "vjp")
    output, pullback = pull_function(f, (x,), False, "vjp")
    return output, pullback(v)[0]


def vjps(f: Callable[[list[Any]], Any], xs: Sequence[Any], v: Any, /) -> tuple[Any, list[Any]]:
    """Compute the value of a function of a list, and its cotangent's product with the Jacobian.

    Parameters
    ----------
    f : callable
        Takes a list of arrays (or of trees of them).
    xs : sequence
    v : tree of Array
        Like f's output.

    Returns
    -------
    tuple
        ``(f(xs), gs)``, gs a list like xs.

    Raises
    ------
    ShapeError
        If v is not like the output.

    Examples
    --------
    >>> import nx, rune
    >>> rune.vjps(lambda xs: xs[0] * xs[1], [nx.asarray(2.0), nx.asarray(5.0)], nx.asarray(1.0))
    (Array(10., dtype=float32), [Array(5., dtype=float32), Array(2., dtype=float32)])
    """
    output, pullback = pull_function(f, (list(xs),), False, "vjps")
    return output, pullback(v)[0]
