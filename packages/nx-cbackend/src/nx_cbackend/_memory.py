"""The memory that the backend holds; asking loads the compiled module."""

from nx_cbackend._limits import MOST_BYTES

__all__ = ["empty_cache", "memory_stats", "set_cache_limit"]


def memory_stats() -> dict[str, int]:
    """Return what the backend's memory is at.

    Arrays of up to 256 bytes live in their Python objects and aren't counted; nor is memory that
    an array shares with another library. Blocks are rounded up, by an eighth at most (the least
    has 512 bytes), and counted so.

    Returns
    -------
    dict
        ``in_use``, ``peak``, ``cached`` and ``limit`` in bytes: what arrays and running kernels
        hold, the most they ever held, what is kept for later ones, and the most that is kept.
        ``allocations`` and ``reuses`` count blocks that came from the system, and kept ones that
        were given again.

    Examples
    --------
    >>> import nx, nx_cbackend
    >>> before = nx_cbackend.memory_stats()["in_use"]
    >>> row = nx.ones(1000, device="c")
    >>> x = row + row[:, None]
    >>> nx_cbackend.memory_stats()["in_use"] - before >= 4_000_000
    True
    """
    from nx_cbackend._native import ffi, lib  # noqa: PLC0415 - importing nx_cbackend stays light

    stats = ffi.new("nxc_memory *")
    lib.nxc_memory_stats(stats)
    names = ("in_use", "peak", "cached", "limit", "allocations", "reuses")
    return {name: getattr(stats, name) for name in names}


def empty_cache() -> int:
    """Give the memory that is kept for later arrays back to the system.

    Returns
    -------
    int
        How many bytes that were.

    Examples
    --------
    >>> import nx_cbackend
    >>> released = nx_cbackend.empty_cache()
    >>> nx_cbackend.memory_stats()["cached"]
    0
    """
    from nx_cbackend._native import lib  # noqa: PLC0415 - importing nx_cbackend stays light

    return lib.nxc_empty_cache()


def set_cache_limit(limit: int, /) -> None:
    """Keep at most this much memory for later arrays; what is beyond it is given back at once.

    At first it is ``NX_CACHE_BYTES``, or else an eighth of the memory this process may use, 2 GiB
    at most. Of blocks below 32 KiB no more than 16 MiB are kept. What has lain unused longest goes
    first.

    Parameters
    ----------
    limit : int
        In bytes; 0 keeps none.

    Raises
    ------
    TypeError
        If limit is no int.
    ValueError
        If it is negative, or more than 2**62.

    Examples
    --------
    >>> import nx_cbackend
    >>> before = nx_cbackend.memory_stats()["limit"]
    >>> nx_cbackend.set_cache_limit(0)
    >>> nx_cbackend.memory_stats()["cached"]
    0
    >>> nx_cbackend.set_cache_limit(before)
    """
    from nx_cbackend._native import lib  # noqa: PLC0415 - importing nx_cbackend stays light

    if type(limit) is not int:
        raise TypeError(f"set_cache_limit: cannot use {type(limit).__name__} as a number of bytes")
    if not 0 <= limit <= MOST_BYTES:
        raise ValueError(f"set_cache_limit: cannot keep {limit} bytes (not 0 to 2**62)")
    lib.nxc_set_cache_limit(limit)
