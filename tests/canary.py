"""A listener on this machine that hears whoever is made to open a connection."""

from __future__ import annotations

import socket
import threading

__all__ = ["Canary"]


class Canary:
    """Listens, counts who calls, and notes what each caller says first."""

    def __init__(self) -> None:
        self.calls = 0
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            with connection:
                connection.settimeout(0.5)
                try:
                    self.heard.append(connection.recv(1000))
                except OSError:
                    self.heard.append(b"")

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()
