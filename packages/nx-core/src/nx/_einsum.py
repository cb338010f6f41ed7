"""Sums of products by index letters: `einsum`.

opt_einsum parses the letters and finds the order of the pairs; each pair becomes one matrix product
or one broadcast product.
"""

from __future__ import annotations

import math
import operator
from typing import Any

from nx import _convert
from nx._array import Array
from nx._elementwise import multiply
from nx._errors import DTypeError, ShapeError, message
from nx._matrices import diagonal
from nx._shaping import moveaxis, permute_dims, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["einsum"]


def einsum(subscripts: Any, /, *operands: Any, optimize: Any = "auto") -> Array:
    """Sum products of elements over the letters that the result does not have.

    Parameters
    ----------
    subscripts : str
        The letters of each operand's axes, and after ``->`` those of the result; without an
        arrow the result has the letters that occur once, sorted. ``...`` stands for axes that
        broadcast.
    *operands : Array
        One for each group of letters; promoted to one dtype.
    optimize : str
        How opt_einsum looks for the order of the pairs.

    Returns
    -------
    Array
        With an axis for each letter of the result.

    Raises
    ------
    DTypeError
        If the subscripts are no str, or the operands have no common dtype.
    ShapeError
        If the letters don't fit the shapes, or there is no operand.

    Examples
    --------
    >>> import nx
    >>> x = nx.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> nx.einsum("ij,kj->ik", x, x)
    Array([[ 5., 11.],
           [11., 25.]], dtype=float32)
    """
    import opt_einsum  # noqa: PLC0415 - only einsum needs it, and importing nx stays light

    if not isinstance(subscripts, str):
        problem = f"cannot take {type(subscripts).__name__} as subscripts"
        raise DTypeError(message("einsum", problem, "a str such as 'ij,jk->ik', then the arrays"))
    if not operands:
        raise ShapeError(message("einsum", f"cannot sum {subscripts!r} of no arrays"))
    xs = _convert.promote_operands(P.multiply, operands, operation="einsum")
    try:
        inputs, output, _ = opt_einsum.parser.parse_einsum_input((subscripts, *xs))
        terms = inputs.split(",")
        sizes = _sizes(terms, xs)
    except ValueError as e:
        shapes = ", ".join(str(x._type.shape) for x in xs)
        raise ShapeError(
            message("einsum", f"cannot sum {subscripts!r} of shapes {shapes} ({e})")
        ) from None
    path = _path(f"{inputs}->{output}", xs, optimize)
    parts = [_prepared(x, term, sizes) for x, term in zip(xs, terms, strict=True)]
    for places in path:
        chosen = [parts.pop(i) for i in sorted(places, reverse=True)]
        kept = {*output}.union(*(term for _, term in parts))
        x, term = chosen[0]
        for i, (y, other) in enumerate(chosen[1:], 2):
            x, term = _pair(x, term, y, other, kept.union(*(t for _, t in chosen[i:])), sizes)
        parts.append(_summed(x, term, kept))
    ((x, term),) = parts
    x, term = _summed(x, term, {*output})
    return permute_dims(x, [term.index(letter) for letter in output])


def _path(equation: str, xs: list[Array], optimize: Any) -> list[tuple[int, ...]]:
    """Return which operands meet, one tuple of places after another."""
    import opt_einsum  # noqa: PLC0415 - as above

    try:
        found, _ = opt_einsum.contract_path(equation, *xs, optimize=optimize)
        path = [tuple(map(operator.index, places)) for places in found]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        path = []
    left = len(xs)
    for places in path:
        if not places or len({*places}) < len(places) or not {*places} <= {*range(left)}:
            left = 0
            break
        left += 1 - len(places)
    if left != 1:
        problem = f"cannot use {optimize!r} as optimize for {len(xs)} arrays"
        raise ShapeError(message("einsum", problem, "'auto', or another name of opt_einsum's"))
    return path


def _sizes(terms: list[str], xs: list[Array]) -> dict[str, int]:
    """Return the length that each letter stands for: axes of length 1 broadcast."""
    sizes: dict[str, int] = {}
    for term, x in zip(terms, xs, strict=True):
        if len(term) != x._type.ndim:
            raise ValueError(f"{len(term)} letters for {x._type.ndim} axes")
        for letter, n in zip(term, x._type.shape, strict=True):
            known = sizes.get(letter, 1)
            if known != n and 1 not in (known, n):
                raise ValueError(f"{known} != {n} for {letter!r}")
            sizes[letter] = n if known == 1 else known
    return sizes


def _prepared(x: Array, term: str, sizes: dict[str, int]) -> tuple[Array, str]:
    """Take the diagonals of repeated letters, and drop the axes that broadcast."""
    keep = [i for i, n in enumerate(x._type.shape) if n == sizes[term[i]]]
    x = reshape(x, [x._type.shape[i] for i in keep])
    term = "".join(term[i] for i in keep)
    for letter in [c for c in dict.fromkeys(term) if term.count(c) > 1]:
        while term.count(letter) > 1:
            i = term.index(letter)
            j = term.index(letter, i + 1)
            x = diagonal(moveaxis(x, (i, j), (-2, -1)))
            term = term[:i] + term[i + 1 : j] + term[j + 1 :] + letter
    return x, term


def _summed(x: Array, term: str, kept: set[str]) -> tuple[Array, str]:
    """Sum over the letters that nothing needs any more."""
    axes = tuple(i for i, letter in enumerate(term) if letter not in kept)
    x = perform(P.sum, x, axes=axes) if axes else x
    return x, "".join(letter for letter in term if letter in kept)


def _pair(
    x: Array, a: str, y: Array, b: str, kept: set[str], sizes: dict[str, int]
) -> tuple[Array, str]:
    """Multiply two operands and sum over what only they have."""
    x, a = _summed(x, a, kept | {*b})
    y, b = _summed(y, b, kept | {*a})
    stack = [c for c in a if c in b and c in kept]
    inner = [c for c in a if c in b and c not in kept]
    left, right = [c for c in a if c not in b], [c for c in b if c not in a]

    def arranged(z: Array, term: str, *groups: list[str]) -> Array:
        order = [term.index(c) for c in stack + groups[0] + groups[1]]
        lengths = [math.prod(sizes[c] for c in group) for group in groups]
        return reshape(permute_dims(z, order), (*(sizes[c] for c in stack), *lengths))

    rows, columns = arranged(x, a, left, inner), arranged(y, b, inner, right)
    out = perform(P.matmul, rows, columns) if inner else multiply(rows, columns)
    term = stack + left + right
    return reshape(out, [sizes[c] for c in term]), "".join(term)
