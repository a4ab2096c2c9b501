"""Communiqué: diplomatic events, read from texts, published as linked data."""
