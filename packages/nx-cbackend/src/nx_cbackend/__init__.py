"""The C backend of nx arrays.

Installing it is enough: nx finds it through its entry point and prefers it. Importing this package
loads no compiled code; the first array made on the backend does, or asking here.
"""

from nx_cbackend._info import cpu
from nx_cbackend._memory import empty_cache, memory_stats, set_cache_limit
from nx_cbackend._threads import num_threads, set_num_threads

__all__ = [
    "cpu",
    "empty_cache",
    "memory_stats",
    "num_threads",
    "set_cache_limit",
    "set_num_threads",
]
