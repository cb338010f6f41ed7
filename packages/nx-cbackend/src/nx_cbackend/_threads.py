"""How many threads a kernel may use; asking loads the compiled module."""

from nx_cbackend._limits import MOST_THREADS

__all__ = ["num_threads", "set_num_threads"]


def num_threads() -> int:
    """Return how many threads a kernel may use, the calling one among them.

    At first that is ``NX_NUM_THREADS``, or else the number of processors this process may use: its
    affinity and, on Linux, the quota of its control group say how many.

    Returns
    -------
    int
        From 1 to 256.

    Raises
    ------
    ValueError
        If the backend is loaded by this call and ``NX_NUM_THREADS`` isn't such a number.

    Examples
    --------
    >>> import nx_cbackend
    >>> nx_cbackend.num_threads() >= 1
    True
    """
    from nx_cbackend._native import lib  # noqa: PLC0415 - importing nx_cbackend stays light

    return lib.nxc_num_threads()


def set_num_threads(n: int, /) -> None:
    """Let kernels use this many threads from now on, the calling one among them.

    Small arrays are computed by the calling thread alone, whatever the number. No result depends
    on it. Other threads of the process that compute at the same time don't share in: each kernel
    uses the pool if it is free, and its own thread if not.

    Parameters
    ----------
    n : int
        From 1, which leaves all work to the calling thread, to 256.

    Raises
    ------
    TypeError
        If n is no int.
    ValueError
        If n is out of this range.

    Examples
    --------
    >>> import nx_cbackend
    >>> before = nx_cbackend.num_threads()
    >>> nx_cbackend.set_num_threads(1)
    >>> nx_cbackend.num_threads()
    1
    >>> nx_cbackend.set_num_threads(before)
    """
    from nx_cbackend._native import lib  # noqa: PLC0415 - importing nx_cbackend stays light

    if type(n) is not int:
        raise TypeError(f"set_num_threads: cannot use {type(n).__name__} as a number of threads")
    if not 1 <= n <= MOST_THREADS:
        raise ValueError(f"set_num_threads: cannot use {n} threads (not 1 to {MOST_THREADS})")
    lib.nxc_set_num_threads(n)
