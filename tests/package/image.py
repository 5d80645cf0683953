"""Cold start and idle memory of the program in an unpacked image: image.py ROOT USER_ID:GROUP_ID PORT"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from manager import Manager, program_in, resident_mebibytes, shown

root, user, port = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
taken = []
memory = (0.0, 0.0)
# The first start makes the installation; it is not one of the five.
for turn in range(6):
    manager = Manager()
    with tempfile.TemporaryFile() as log:
        started = time.monotonic()
        process = subprocess.Popen(
            ["env", "-i", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "API_HOST=0.0.0.0", f"API_PORT={port}", "DATA_DIR=/app/data", manager.environment,
             "chroot", f"--userspec={user}", str(root), "/app/kontor", "serve"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
        )

        def said() -> str:
            log.seek(0)
            return log.read().decode(errors="replace")

        manager.expect("READY=1", process, said)
        if turn > 0:
            taken.append(time.monotonic() - started)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as reply:
            assert reply.status == 200
        pid = program_in(root, "/app/kontor")
        if pid is None:
            raise SystemExit(f"the program is not there:\n{said()}")
        memory = resident_mebibytes(pid)
        os.kill(pid, signal.SIGTERM)
        if process.wait(timeout=30) != 0:
            raise SystemExit(f"SIGTERM did not end it in order:\n{said()}")
    manager.close()
print(shown(statistics.median(taken), memory))
