"""Uses the installed service as people do, phase by phase, for script/test-package: drive.py PHASE ROOT STATE_FOLDER

What one phase leaves (an account, a secret) stands in a file, and the next one must find it again.
"""

import json
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from manager import shown
from service import Service, median_start
from unit import offences

phase, root, state_folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
state_file = state_folder / "state.json"
settings_file = root / "etc/kontor/kontor.env"
api = "/api/v1"


def need(condition: object, what: str) -> None:
    if not condition:
        raise SystemExit(f"{phase}: {what}")


def load() -> dict:
    return json.loads(state_file.read_text())


def save(state: dict) -> None:
    state_file.touch(mode=0o600)
    state_file.write_text(json.dumps(state))


def kontorctl(*args: str, code: int = 0) -> str:
    """A command as the manual says, from a place and with settings that must not matter."""
    done = subprocess.run(
        ["chroot", str(root), "/usr/bin/env", "--chdir=/root", "DATA_DIR=/root/elsewhere", "REGISTRATION=nonsense", "/usr/sbin/kontorctl", *args],
        capture_output=True, text=True, umask=0o022, stdin=subprocess.DEVNULL,
    )
    need(done.returncode == code, f"kontorctl {' '.join(args)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def set_up() -> None:
    """What an administrator changes in the settings; an upgrade must keep it. Nobody outside of this machine is asked anything."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    text = settings_file.read_text()
    for name, value in {"API_PORT": str(port), "PASSWORD_BCRYPT_COST": "10", "BITGET_BASE_URL": "https://localhost:9", "BITGET_WS_URL": "wss://localhost:9/"}.items():
        need(f"\n#{name}=" in text, f"kontor.env has no {name}")
        text = "\n".join(f"{name}={value}" if line.startswith(f"#{name}=") else line for line in text.split("\n"))
    settings_file.write_text(text)
    save({"port": port, "settings": text})


def sign_in(service: Service, state: dict) -> str:
    return service.good("POST", f"{api}/auth/login", {"email": state["email"], "password": state["password"]})["access_token"]


def look(service: Service, state: dict) -> str:
    """Everything is there that earlier phases left."""
    token = sign_in(service, state)
    me = service.good("GET", f"{api}/auth/me", token=token)
    need(me["id"] == state["id"], "it is not the same account")
    service.good("POST", f"{api}/auth/step-up", {"password": state["password"]}, token)
    told = service.good("POST", f"{api}/secrets/{state['secret']}/reveal", token=token)
    need(told["value"] == state["value"], "the secret is not what was saved")
    return token


def first() -> None:
    """The first start, watched call by call."""
    state = load()
    trace = state_folder / "trace"
    service = Service(root, state["port"], trace)
    service.start()
    log = service.log()
    need("kontor vault recovery-key" in log, "the log does not say how a recovery key is had")
    state |= {"email": "ann@example.com", "password": secrets.token_urlsafe(18), "secret": "bitget_api_key", "value": secrets.token_urlsafe(24)}
    made = service.good("POST", f"{api}/auth/register", {"email": state["email"], "password": state["password"]})
    state["id"], token = made["user"]["id"], made["access_token"]
    service.good("POST", f"{api}/secrets", {"name": state["secret"], "value": state["value"]}, token)
    save(state)
    look(service, state)
    # A page, the log of the account, its archive, and a question that goes out and finds nobody.
    for path in ("/", f"{api}/auth/timeline", f"{api}/auth/export"):
        service.good("GET", path, token=token)
    status, _ = service.ask("GET", f"{api}/market/symbols", token=token)
    need(status in (200, 502, 503, 504), f"the market answered {status}")
    service.stop()
    found = offences(service.unit, trace, "/usr/bin/kontor")
    need(not found, "the unit would have kept it from:\n" + "\n".join(sorted(found)))
    trace.unlink()


def commands() -> None:
    """Commands beside the running service, as its user."""
    state = load()
    service = Service(root, state["port"])
    service.start()
    # The first start could show it to nobody, and the doctor says so until somebody has one.
    need("recovery-key" in kontorctl("doctor", "--offline", code=1), "the doctor does not ask for a recovery key")
    need("recovery key" in kontorctl("vault", "recovery-key").lower(), "no recovery key")
    need("FAIL" not in kontorctl("doctor", "--offline"), "the doctor finds something")
    kontorctl("health")
    link = kontorctl("admin", "create", "bob@example.com")
    need("/setup#token=" in link, "no setup link")
    need(len(kontorctl("admin", "list").splitlines()) == 2, "there are not two accounts")
    need("ready" in kontorctl("vault", "status"), "the vault is not ready")
    kontorctl("backup", "/var/backups/kontor/one")
    backup = root / "var/backups/kontor/one"
    need(backup.stat().st_mode & 0o777 == 0o600, "the backup is readable by others")
    need(kontorctl("--version").startswith("kontor "), "no version")
    need("Boost" in kontorctl("parts"), "no parts")
    kontorctl("serve", code=2)
    need(not (root / "root/elsewhere").exists(), "the caller's environment reached it")
    service.stop()
    for file in (root / "var/lib/kontor").iterdir():
        need(file.stat().st_mode & 0o077 == 0, f"{file.name} is open to others")
        need(file.stat().st_uid == (root / "var/lib/kontor").stat().st_uid, f"{file.name} belongs to somebody else")


def again() -> None:
    """After an upgrade, or a way out and back in."""
    state = load()
    need(settings_file.read_text() == state["settings"], "the settings are not what the administrator wrote")
    service = Service(root, state["port"])
    service.start()
    look(service, state)
    service.stop()
    need("FAIL" not in kontorctl("doctor", "--offline"), "the doctor finds something")


def restored() -> None:
    """The backup, put back as docs/operations.md says."""
    data = root / "var/lib/kontor"
    data.rename(root / "var/lib/kontor.before")
    own = ["chroot", str(root), "install", "-o", "kontor", "-g", "kontor"]
    subprocess.run([*own, "-d", "-m", "700", "/var/lib/kontor"], check=True)
    kontorctl("restore", "/var/backups/kontor/one")
    subprocess.run([*own, "-m", "600", "/var/lib/kontor.before/vault.key", "/var/lib/kontor/vault.key"], check=True)
    again()
    shutil.rmtree(root / "var/lib/kontor.before")


def reinstalled() -> None:
    """After a purge the settings are new, the data is old."""
    state = load()
    set_up()
    save(state | {"port": load()["port"], "settings": settings_file.read_text()})
    again()


def figures() -> None:
    state = load()
    cold = median_start(root, state["port"])
    service = Service(root, state["port"])
    service.start()
    look(service, state)
    memory = service.memory()
    service.stop()
    print(shown(cold, memory))


{"set-up": set_up, "first": first, "commands": commands, "again": again, "restored": restored, "reinstalled": reinstalled, "figures": figures}[phase]()
