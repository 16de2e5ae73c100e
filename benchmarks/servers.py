"""Starts servers as processes of their own, waits for their first answer, reads their CPU time and memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
# From the kernel's posix-timers.h: a clock id is made of this and a process id.
_CPUCLOCK_SCHED = 2


def free_port() -> int:
    """Return a port of the loopback nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Cost(NamedTuple):
    """How long something took, and its CPU time, in milliseconds."""

    wall: float
    cpu: float


def _environment() -> dict[str, str]:
    """Return our environment, in which Python keeps what it has compiled: so it is where it is started twice."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run_python() -> Cost:
    """Run an interpreter that does nothing, and return what that took."""
    before, started = _spent_by_children(), time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True, env=_environment())
    spent, ended = _spent_by_children() - before, time.perf_counter()
    return Cost((ended - started) * 1000, spent * 1000)


def _spent_by_children() -> float:
    """Return the CPU time, in seconds, of the processes of ours that have ended."""
    import resource  # noqa: PLC0415 - not everywhere

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Server:
    """A process that answers HTTP on a port of the loopback."""

    def __init__(self, name: str, command: Sequence[str], port: int, first_path: str, cwd: Path | None = None) -> None:
        self.name = name
        self.port = port
        started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=_environment()
        )
        self._wait(first_path)
        self.first_answer = Cost((time.perf_counter() - started) * 1000, self.cpu_seconds() * 1000)

    def _wait(self, path: str) -> None:
        deadline = time.perf_counter() + 30
        request = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()
        while time.perf_counter() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with status {self._process.returncode}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as one:
                    one.sendall(request)
                    if one.recv(64).startswith(b"HTTP/1.1"):
                        return
            except OSError:
                time.sleep(0.0005)
        self.stop()
        raise RuntimeError(f"{self.name} did not answer within 30 s")

    def _family(self) -> list[int]:
        """Return the process and all its descendants."""
        found, todo = [], [self._process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except OSError:
                continue
            todo.extend(int(child) for child in children)
        return found

    def cpu_seconds(self) -> float:
        """Return the CPU time of the process and those it started, user and system."""
        total = 0.0
        for pid in self._family():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                # The clock of another process: nanoseconds, where its `stat` has hundredths.
                total += time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
            except OSError:
                continue
            # What has ended and was waited for.
            total += (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
        return total

    def memory_megabytes(self) -> float:
        """Return the proportional set size of the process and those it started."""
        total = 0
        for pid in self._family():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    def stop(self) -> None:
        """End the process; only this one, by its own handle."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start_mockvoice(*words: str) -> Server:
    """Start the simulator with all providers."""
    port = free_port()
    command = [sys.executable, "-m", "mockvoice", "serve", "--quiet", "--port", str(port), *words]
    return Server("mockvoice", command, port, "/fishaudio-org/api/open/v1/profile")


def start_nothing() -> Server:
    """Start an ASGI application that does nothing, on the same server with the same options."""
    port = free_port()
    return Server("nothing", [sys.executable, "-m", "benchmarks.nothing", str(port)], port, "/2", HERE.parent)


def start_aimock(cli: str, fixtures: Path) -> Server:
    """Start aimock from its cli.js with one speech and one transcription fixture."""
    port = free_port()
    return Server(
        "aimock", ["node", cli, "-p", str(port), "-f", str(fixtures), "--log-level", "silent"], port, "/health"
    )


def start_prism(binary: str, spec: Path) -> Server:
    """Start Prism on a spec."""
    port = free_port()
    command = ["node", binary, "mock", "-m", "false", "-v", "silent", "-p", str(port), str(spec)]
    return Server("Prism", command, port, "/")
