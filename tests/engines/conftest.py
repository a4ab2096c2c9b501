"""Other engines, started for the tests on ports of their own: Oxigraph's server, Virtuoso 7."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from benchmarks.engines import ENGINES, Engine, Missing


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with ExitStack() as stack:
        try:
            yield stack.enter_context(ENGINES[request.param](tmp_path_factory.mktemp("engine")))
        except Missing as error:
            pytest.skip(str(error))
