"""The entry point: tells nx of the backend without importing PyTorch."""

from importlib.util import find_spec

from nx.backends import Backend, BackendSpec, hookimpl

WRITTEN_FOR = 1  # the backend API's version; not nx's constant, which would match any nx


def _probe() -> str | None:
    return None if find_spec("torch") else "PyTorch is not installed (pip install torch)"


def _load() -> Backend:
    from nx_torch._backend import TorchBackend  # noqa: PLC0415 - importing PyTorch takes a second

    return TorchBackend()


@hookimpl
def nx_backends() -> list[BackendSpec]:
    """Return the backend's specification; it never becomes the default by itself."""
    spec = BackendSpec(
        name="torch", api_version=WRITTEN_FOR, probe=_probe, load=_load, priority=-10
    )
    return [spec]
