"""What a server is told: addresses, limits, sizes. Checks them at the door."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from verisieve.errors import UsageError
from verisieve.workers import ROW_SECONDS

SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that `verisieve serve` can be told; sizes are in bytes."""

    host: str = "127.0.0.1"
    port: int = 8333
    workers: int = 1  # of each process
    processes: int = 1
    sandbox: str = "auto"
    row_seconds: float = ROW_SECONDS
    token: str = ""
    queue: int = 4096  # rows that were accepted and have no verdict
    max_rows: int = 1024  # of a JSON array
    max_body: int = 16 << 20
    max_head: int = 32 << 10
    max_connections: int = 4096
    read_seconds: float = 30.0  # for a whole request, or the next bytes of a stream
    idle_seconds: float = 75.0  # between requests
    grace_seconds: float = 60.0  # for what is under way when the server is told to stop
    cache_bytes: int = 256 << 20

    def check(self) -> None:
        """Raise UsageError for settings that cannot be served, or not safely."""
        if not self.token and not loopback(self.host):
            raise UsageError(f"{self.host} is no loopback address: set VERISIEVE_TOKEN or --token-file first")
        if self.token and (
            len(self.token) < SHORTEST_TOKEN or not self.token.isascii() or not self.token.isprintable()
        ):
            raise UsageError(f"a token is {SHORTEST_TOKEN} or more printable ASCII characters")
        if self.max_rows > self.queue:
            raise UsageError(f"max_rows {self.max_rows} is more than the queue of {self.queue} can hold")


def loopback(host: str) -> bool:
    """Whether only this machine can reach an address; a name other than localhost may be anything."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
