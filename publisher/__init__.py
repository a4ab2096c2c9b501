"""Communiqué: diplomatic events, read from texts, published as linked data."""

__version__ = "0.1.0"
