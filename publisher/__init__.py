"""Communiqué: diplomatic events, read from texts, published as linked data."""

import os

__version__ = "0.1.0"

# The matrices of the small models are multiplied faster by one thread than by several, which wait
# for each other where other processes read as well. Has to be said before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
