"""The version of the packages; they move together."""

__all__ = ["__array_api_version__", "__version__"]

__version__ = "0.1.0"

__array_api_version__ = "2025.12"
"""The version of the Python array API standard that `nx` follows."""
