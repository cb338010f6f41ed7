"""The version of the packages; they move together."""

__all__ = ["__version__"]

__version__ = "0.1.0"
