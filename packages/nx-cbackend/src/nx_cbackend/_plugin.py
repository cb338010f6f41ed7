"""The entry point: tells nx of the backend without loading any compiled code."""

from importlib.util import find_spec

from nx.backends import Backend, BackendSpec, hookimpl

WRITTEN_FOR = 1  # the backend API's version; not nx's constant, which would match any nx


def _probe() -> str | None:
    """Return None, or why the backend can't be used here."""
    if find_spec("nx_cbackend._c") is None:
        return "its compiled module is missing (reinstall nx-cbackend where there is a C compiler)"
    return None


def _load() -> Backend:
    """Load the compiled module and return the backend."""
    from nx_cbackend._backend import CBackend  # noqa: PLC0415 - discovery imports no compiled code

    return CBackend()


@hookimpl
def nx_backends() -> list[BackendSpec]:
    """Return the C backend's specification; it goes before NumPy's."""
    return [BackendSpec(name="c", api_version=WRITTEN_FOR, probe=_probe, load=_load, priority=10)]
