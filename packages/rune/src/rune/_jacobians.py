"""Whole Jacobians and Hessians, by mapping a derivative over a basis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import nx
from nx import Array, DTypeError

from rune import _trees
from rune._map import vmap_inside
from rune._notes import name_of
from rune._tangents import push_forward
from rune._transforms import (
    check_callable,
    chosen,
    differentiable,
    grad,
    named,
    pull_function,
)

__all__ = ["hessian", "hvp", "jacfwd", "jacrev"]


def _basis(leaves: Sequence[Array]) -> list[Array]:
    """Return, for each leaf, its part of every unit vector of all leaves, stacked in axis 0."""
    total = sum(x.size for x in leaves)
    found, start = [], 0
    for x in leaves:
        eye = nx.eye(total, x.size, k=-start, dtype=x.dtype, device=x.device)
        found.append(nx.reshape(eye, (total, *x.shape)))
        start += x.size
    return found


def _parts(x: Array, leaves: Sequence[Array]) -> list[Array]:
    """Split axis 0, which counts the elements of all leaves, into theirs."""
    found, start = [], 0
    for leaf in leaves:
        part = x[start : start + leaf.size]
        found.append(nx.reshape(part, (*leaf.shape, *x.shape[1:])))
        start += leaf.size
    return found


class _Chosen:
    """A function of the arguments that ``argnums`` chooses, the others held."""

    def __init__(
        self, f: Callable[..., Any], argnums: Any, args: Any, kwargs: Any, operation: str
    ) -> None:
        self.single = hasattr(argnums, "__index__")
        self.places = chosen(argnums, len(args), operation)
        self.f, self.args, self.kwargs = f, args, kwargs
        self.__name__ = name_of(f)
        self.primals = tuple(args[i] for i in self.places)

    def __call__(self, *primals: Any) -> Any:
        full = list(self.args)
        for i, x in zip(self.places, primals, strict=True):
            full[i] = x
        return self.f(*full, **self.kwargs)

    def leaves(self, operation: str, holomorphic: bool) -> tuple[list[Array], Any]:
        """Return the chosen arguments' leaves, as arrays, and their structure."""
        found, structure = _trees.flatten(self.primals[0] if self.single else self.primals)
        arrays = [differentiable(x, operation) for x in found]
        if any((x.dtype.kind == "complex") != holomorphic for x in arrays):
            raise DTypeError(
                f"{operation}: cannot differentiate by {[x.dtype.name for x in arrays]} "
                f"(holomorphic={holomorphic})\n"
                "hint: holomorphic=True is for complex arguments, and for them only"
            )
        return arrays, structure


def _check_results(leaves: Sequence[Array], operation: str, holomorphic: bool) -> None:
    """Raise for results whose derivative no single number of their dtype is."""
    names = [x.dtype.name for x in leaves]
    if holomorphic and any(x.dtype.kind != "complex" for x in leaves):
        raise DTypeError(
            f"{operation}: cannot take results of {names} as holomorphic (they must be complex)"
        )
    if operation == "jacrev" and not holomorphic and any(x.dtype.kind == "complex" for x in leaves):
        raise DTypeError(
            f"{operation}: cannot pull back results of {names} to real arguments\n"
            "hint: jacfwd, or real(...) and imag(...) of them"
        )


def jacrev(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """Make the function that computes f's Jacobian in reverse mode, one row at a time.

    Parameters
    ----------
    f : callable
        Takes and returns trees of arrays.
    argnums : int or sequence of int
        As in `grad`.
    has_aux : bool
        Whether f returns ``(output, aux)``; the new function then returns ``(jacobian, aux)``.
    holomorphic : bool
        Whether f is a holomorphic function of complex arguments.

    Returns
    -------
    callable
        Returns the Jacobian: a tree like f's output of trees like the argument, each array of shape
        ``output.shape + argument.shape``.

    Raises
    ------
    DTypeError
        For arguments of integers or bools, or complex ones without ``holomorphic``; for complex
        results without it, or others with it.

    Notes
    -----
    All rows are pulled back together, mapped by `vmap`.  Use `jacfwd` where there are more outputs
    than arguments.

    Examples
    --------
    >>> import nx, rune
    >>> rune.jacrev(lambda x: x * x)(nx.asarray([1.0, 2.0]))
    Array([[2., 0.],
           [0., 4.]], dtype=float32)
    """
    check_callable(f, "jacrev")

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        g = _Chosen(f, argnums, args, kwargs, "jacrev")
        arrays, structure = g.leaves("jacrev", holomorphic)
        out, pullback, *aux = pull_function(g, g.primals, has_aux, "jacrev")
        outs, out_structure = _trees.flatten(out)
        _check_results(outs, "jacrev", holomorphic)
        basis = _trees.unflatten(out_structure, _basis(outs))
        rows = _trees.flatten(vmap_inside(pullback, "jacrev")(basis))[0]
        columns = [_parts(x, outs) for x in rows]
        tree = _trees.unflatten(
            out_structure,
            [
                _trees.unflatten(structure, [columns[j][i] for j in range(len(arrays))])
                for i in range(len(outs))
            ],
        )
        return (tree, aux[0]) if has_aux else tree

    return named(jacobian, f, "jacrev")


def jacfwd(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """Make the function that computes f's Jacobian in forward mode, one column at a time.

    Parameters
    ----------
    f, argnums, has_aux, holomorphic
        As in `jacrev`.

    Returns
    -------
    callable
        As in `jacrev`.

    Raises
    ------
    DTypeError
        For arguments of integers or bools, or complex ones without ``holomorphic``; for results
        that are not complex with it.

    Notes
    -----
    All columns are pushed forward together, mapped by `vmap`.  f runs once: what it draws at random
    is the same for all of them.

    Examples
    --------
    >>> import nx, rune
    >>> rune.jacfwd(lambda x: x * x)(nx.asarray([1.0, 2.0]))
    Array([[2., 0.],
           [0., 4.]], dtype=float32)
    """
    check_callable(f, "jacfwd")

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        g = _Chosen(f, argnums, args, kwargs, "jacfwd")
        arrays, structure = g.leaves("jacfwd", holomorphic)

        aux: Any = None

        def column(tangent: Any) -> Any:
            nonlocal aux
            whole = (tangent,) if g.single else tangent
            _, moved, aux = push_forward(g, g.primals, whole, "jacfwd", has_aux)
            return moved

        basis = _trees.unflatten(structure, _basis(arrays))
        found = vmap_inside(column, "jacfwd")(basis)
        outs, out_structure = _trees.flatten(found)
        _check_results(outs, "jacfwd", holomorphic)
        tree = _trees.unflatten(
            out_structure,
            [
                _trees.unflatten(
                    structure,
                    [
                        _to_back(part, leaf.ndim)
                        for part, leaf in zip(_parts(x, arrays), arrays, strict=True)
                    ],
                )
                for x in outs
            ],
        )
        return (tree, aux) if has_aux else tree

    return named(jacobian, f, "jacfwd")


def _to_back(x: Array, count: int) -> Array:
    """Move the first axes behind the others."""
    return nx.permute_dims(x, (*range(count, x.ndim), *range(count)))


def hessian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """Make the function that computes f's second derivatives, forward over reverse.

    Parameters
    ----------
    f, argnums, has_aux, holomorphic
        As in `jacrev`.

    Returns
    -------
    callable
        Returns a tree like f's output of trees like the argument of trees like the argument, or
        ``(hessian, aux)`` with ``has_aux``.

    Raises
    ------
    DTypeError
        For arguments of integers or bools, or complex ones without ``holomorphic``.

    Examples
    --------
    >>> import nx, rune
    >>> rune.hessian(lambda x: (x * x * x).sum())(nx.asarray([1.0, 2.0]))
    Array([[ 6.,  0.],
           [ 0., 12.]], dtype=float32)
    """
    inner = jacrev(f, argnums, has_aux=has_aux, holomorphic=holomorphic)
    outer = jacfwd(inner, argnums, has_aux=has_aux, holomorphic=holomorphic)
    return named(outer, f, "hessian")


def hvp(f: Callable[[Any], Any], x: Any, v: Any, /) -> Any:
    """Compute the product of f's Hessian at x with v, without the Hessian.

    Parameters
    ----------
    f : callable
        Takes one tree of arrays, returns a 0-d floating array.
    x, v : tree of Array
        Alike.

    Returns
    -------
    tree of Array
        Like x.

    Raises
    ------
    ShapeError
        If v is not like x, or f's result is not 0-d.

    Examples
    --------
    >>> import nx, rune
    >>> rune.hvp(lambda x: (x * x * x).sum(), nx.asarray([1.0, 2.0]), nx.asarray([1.0, 1.0]))
    Array([ 6., 12.], dtype=float32)
    """
    return push_forward(grad(f), (x,), (v,), "hvp")[1]
