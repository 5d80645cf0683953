"""The other end of sd_notify(3), and what the kernel says of a process: for measuring a program that says when it is ready."""

import os
import socket
import time
from pathlib import Path


class Manager:
    """Listens to one program, at a name that a root folder of its own does not keep it from."""

    def __init__(self) -> None:
        self.name = f"kontor-test-{os.getpid()}-{time.monotonic_ns()}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{self.name}")
        self._socket.settimeout(0.5)

    @property
    def environment(self) -> str:
        return f"NOTIFY_SOCKET=@{self.name}"

    def expect(self, word: str, process, log) -> None:
        """Waits for the word from this process, for as long as that is there, at most two minutes."""
        end = time.monotonic() + 120
        while True:
            has_ended = process.poll() is not None
            try:
                heard = self._socket.recv(100).decode()
                break
            except TimeoutError:
                if has_ended or time.monotonic() > end:
                    raise SystemExit(f"the program did not say {word}:\n{log()}")
        if heard != word:
            raise SystemExit(f"the program said {heard}, not {word}")

    def close(self) -> None:
        self._socket.close()


def program_in(root: Path, program: str) -> int | None:
    """The process that runs this program in this root folder, below whatever wraps it."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(folder / "root") == str(root) and os.readlink(folder / "exe").endswith(program):
                return int(folder.name)
        except OSError:
            continue
    return None


def resident_mebibytes(pid: int) -> tuple[float, float]:
    """All of its memory that is there, and its share where others have the same pages."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return int(fields["Rss"].split()[0]) / 1024, int(fields["Pss"].split()[0]) / 1024


def shown(seconds: float, memory: tuple[float, float]) -> str:
    return f"cold start {seconds * 1000:.0f} ms (median of 5, to where it listens), idle memory {memory[0]:.1f} MiB resident"
