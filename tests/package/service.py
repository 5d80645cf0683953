"""The installed program as its unit starts it, in a root folder without systemd: same user, same command, and of the unit's walls those that
a process can be put behind without it: read-only file system, private /tmp, a /proc of processes alone, no abilities, no new rights, limits,
mask, standard output."""

import atexit
import json
import os
import resource
import signal
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from manager import Manager, program_in, resident_mebibytes
from unit import command_of, one, read_unit


class Service:
    def __init__(self, root: Path, port: int, trace: Path | None = None):
        self.root = root
        self.unit = read_unit(root / "usr/lib/systemd/system/kontor.service")
        self.port = port
        self.trace = trace
        self.process: subprocess.Popen | None = None
        self.seconds_to_ready = 0.0

    def start(self) -> None:
        unit = self.unit
        self.manager = Manager()
        writable = f"/var/lib/{one(unit, 'StateDirectory')}"
        walls = (
            'mount --rbind "$1" "$1" && mount --bind "$1$2" "$1$2" && mount -o remount,bind,ro "$1" && mount -t tmpfs none "$1/tmp" '
            '&& mount -t tmpfs none "$1/var/tmp" && mount -t proc -o subset=pid,hidepid=invisible none "$1/proc" && shift 2 && exec "$@"'
        )
        user = one(unit, "User")
        inside = [
            "chroot", str(self.root), "/usr/bin/setpriv", f"--reuid={user}", f"--regid={one(unit, 'Group')}", "--init-groups",
            "--no-new-privs", "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all",
            "/usr/bin/env", "-i", f"--chdir={one(unit, 'WorkingDirectory')}", "PATH=/usr/bin:/bin", f"USER={user}", self.manager.environment, *command_of(unit),
        ]
        watched = ["strace", "--follow-forks", "--quiet=all", "--output", str(self.trace)] if self.trace else []
        # Where this machine gives less, less has to do.
        descriptors = min(int(one(unit, "LimitNOFILE")), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        limits = ["prlimit", f"--nofile={descriptors}", f"--core={one(unit, 'LimitCORE')}"]
        log = open(self.root.parent / "service.log", "ab")
        mask = int(one(unit, "UMask"), 8)
        started = time.monotonic()
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", walls, "sh", str(self.root), writable, *watched, *limits, *inside],
            stdin=subprocess.DEVNULL, stdout=open(one(unit, "StandardOutput").removeprefix("file:"), "wb"), stderr=log, umask=mask,
        )
        # A phase that fails leaves nothing that runs on.
        atexit.register(self.end_at_once)
        self.manager.expect("READY=1", self.process, self.log)
        self.seconds_to_ready = time.monotonic() - started

    def log(self) -> str:
        return (self.root.parent / "service.log").read_text(errors="replace")

    def pid(self) -> int:
        found = program_in(self.root, "/usr/bin/kontor")
        if found is None:
            raise SystemExit(f"the program is not there:\n{self.log()}")
        return found

    def end_at_once(self) -> None:
        if self.process and self.process.poll() is None:
            if (found := program_in(self.root, "/usr/bin/kontor")) is not None:
                os.kill(found, signal.SIGKILL)
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        assert self.process
        os.kill(self.pid(), signal.SIGTERM)
        self.manager.expect("STOPPING=1", self.process, self.log)
        self.manager.close()
        code = self.process.wait(timeout=int(one(self.unit, "TimeoutStopSec")))
        if code != 0:
            raise SystemExit(f"SIGTERM ended it with {code}:\n{self.log()}")

    def ask(self, method: str, path: str, body: object = None, token: str | None = None) -> tuple[int, object]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=240) as reply:
                text = reply.read()
                return reply.status, json.loads(text) if reply.headers.get_content_type().endswith("json") else text
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def good(self, method: str, path: str, body: object = None, token: str | None = None):
        status, said = self.ask(method, path, body, token)
        if status >= 300:
            raise SystemExit(f"{method} {path} → {status}: {said!r}\n{self.log()}")
        return said

    def memory(self) -> tuple[float, float]:
        return resident_mebibytes(self.pid())


def median_start(root: Path, port: int, times: int = 5) -> float:
    taken = []
    for _ in range(times):
        service = Service(root, port)
        service.start()
        taken.append(service.seconds_to_ready)
        service.stop()
    return statistics.median(taken)
