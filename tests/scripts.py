"""Importing the modules of a script's folder, which have plain names and are in no package."""

import contextlib
import importlib
import sys


@contextlib.contextmanager
def imported(folder, *names):
    """Give modules of a folder; what was imported from there doesn't stay."""
    before = dict(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            if name not in before and str(folder) in str(getattr(module, "__file__", "")):
                del sys.modules[name]
