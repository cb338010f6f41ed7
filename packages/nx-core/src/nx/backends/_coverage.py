"""Who computes what: for each primitive, the backend itself, NumPy in its place, or nobody."""

from __future__ import annotations

from nx.backends._registry import load_backend
from nx.primitives import P

__all__ = ["coverage"]


def coverage(name: str) -> dict[str, str]:
    """Tell for each primitive how a backend runs it.

    Parameters
    ----------
    name : str
        The backend's; it is loaded.

    Returns
    -------
    dict of str to str
        By primitive: ``"native"``, ``"numpy"`` (through a round trip), ``"decomposed"`` (a
        composite run by its parts) or ``"missing"``.

    Raises
    ------
    BackendError
        If the backend is unknown or unusable.

    Examples
    --------
    >>> import nx
    >>> nx.backends.coverage("numpy")["add"]
    'native'
    """
    backend = load_backend(name)
    natives = backend.natives()
    found = {}
    for primitive in P:
        if primitive.name in natives or primitive is P.to_device:
            found[primitive.name] = "native"
        elif primitive.decomposition is not None:
            found[primitive.name] = "decomposed"
        else:
            found[primitive.name] = "numpy" if backend.fallback else "missing"
    return found
