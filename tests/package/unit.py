"""What the service's unit says, for the test of the package: its settings, and what it lets the program do."""

import re
import shlex
import subprocess
from pathlib import Path


def read_unit(file: Path) -> dict[str, list[str]]:
    """All values of each setting, in their order; sections do not matter, because no name stands in two."""
    values: dict[str, list[str]] = {}
    for line in file.read_text().splitlines():
        if "=" in line and not line.startswith(("#", ";")):
            name, value = line.split("=", 1)
            values.setdefault(name.strip(), []).append(value.strip())
    return values


def one(unit: dict[str, list[str]], name: str) -> str:
    (value,) = unit[name]
    return value


def command_of(unit: dict[str, list[str]]) -> list[str]:
    return shlex.split(one(unit, "ExecStart"))


def _calls_of(group: str) -> set[str]:
    """The system calls of a group of systemd's, with those of the groups in it."""
    if not group.startswith("@"):
        return {group}
    printed = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, capture_output=True, text=True).stdout
    found: set[str] = set()
    for line in printed.splitlines()[1:]:
        word = line.strip()
        if word and not word.startswith("#"):
            found |= _calls_of(word)
    return found


def allowed_calls(unit: dict[str, list[str]]) -> set[str]:
    """As systemd.exec(5) says: the first line begins the list of what is allowed, a line with ~ takes away."""
    allowed: set[str] = set()
    for line in unit["SystemCallFilter"]:
        takes_away = line.startswith("~")
        for group in line.removeprefix("~").split():
            allowed = allowed - _calls_of(group) if takes_away else allowed | _calls_of(group)
    # What starts and ends a process is never taken away (systemd.exec(5)).
    return allowed | _calls_of("@default") | {"execve", "exit", "exit_group", "rt_sigreturn", "sigreturn"}


_call = re.compile(r"^(?:\d+ +)?(?P<name>[a-z_0-9]+)\((?P<rest>.*)$")


def traced_calls(trace: Path, program: str):
    """(name, arguments and result) of each call that strace -f wrote down, from the start of the program on."""
    has_begun = False
    for line in trace.read_text(errors="replace").splitlines():
        found = _call.match(line)
        if not found:
            continue
        if found["name"] == "execve" and found["rest"].startswith(f'"{program}"'):
            has_begun = True
            continue
        if has_begun:
            yield found["name"], found["rest"]


def offences(unit: dict[str, list[str]], trace: Path, program: str) -> set[str]:
    """What the program did that the unit would have kept it from."""
    allowed = allowed_calls(unit)
    families = set(one(unit, "RestrictAddressFamilies").split())
    found = set()
    seen = 0
    for name, rest in traced_calls(trace, program):
        seen += 1
        if name not in allowed:
            found.add(f"{name}({rest}")
        if name in ("socket", "socketpair") and rest.split(",")[0] not in families:
            found.add(f"{name}({rest}")
        if name in ("mmap", "mprotect", "pkey_mprotect") and "PROT_WRITE" in rest and "PROT_EXEC" in rest:
            found.add(f"{name}({rest}")
        if "CLONE_NEW" in rest and name in ("clone", "clone3", "unshare", "setns"):
            found.add(f"{name}({rest}")
    if seen < 100:
        raise SystemExit(f"{trace} holds {seen} calls of {program}: nothing was watched")
    return found
