"""The C backend of nx arrays.

Installing it is enough: nx finds it through its entry point and prefers it. Importing this package
loads no compiled code; the first array made on the backend does.
"""

from nx_cbackend._info import cpu

__all__ = ["cpu"]
