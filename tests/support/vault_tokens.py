"""The secrets of the vault as docs/vault.md describes them, made and opened by Python's cryptography instead of our code.

usage: vault_tokens.py open FILE     each line OWNER NAME VERSION SERIES DATA_KEY VALUE TOKEN: opens the token and compares
       vault_tokens.py make COUNT    prints COUNT such lines, everything in them random

Data keys and values are hexadecimal.
"""
import os
import random
import sys
import uuid
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

letters = "abcdefghijklmnopqrstuvwxyz0123456789"


def part(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def box_of(data_key: bytes, name: str) -> Fernet:
    info = part(b"kontor vault secret") + part(name.encode())
    return Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, None, info).derive(data_key)))


def content_of(owner: str, name: str, version: int, series: int, value: bytes) -> bytes:
    numbers = version.to_bytes(8, "big") + series.to_bytes(8, "big", signed=True)
    return part(b"secret") + part(owner.encode()) + part(name.encode()) + numbers + part(value)


def open_all(file: str) -> None:
    count = 0
    with open(file, encoding="ascii") as lines:
        for line in lines:
            owner, name, version, series, data_key, value, token = line.split()
            expected = content_of(owner, name, int(version), int(series), bytes.fromhex(value))
            if box_of(bytes.fromhex(data_key), name).decrypt(token.encode()) != expected:
                sys.exit(f"another content: {line}")
            count += 1
    print(count)


def make(count: int) -> None:
    for _ in range(count):
        owner = str(uuid.uuid4())
        name = random.choice(letters) + "".join(random.choices(letters + "_.-", k=random.randrange(64)))
        version = random.choice([1, 2, random.randrange(1, 1 << 63)])
        series = random.randrange(-(1 << 63), 1 << 63)
        data_key = os.urandom(32)
        value = os.urandom(random.randrange(1, 200))
        token = box_of(data_key, name).encrypt(content_of(owner, name, version, series, value)).decode()
        print(owner, name, version, series, data_key.hex(), value.hex(), token)


if len(sys.argv) == 3 and sys.argv[1] == "open":
    open_all(sys.argv[2])
elif len(sys.argv) == 3 and sys.argv[1] == "make":
    make(int(sys.argv[2]))
else:
    sys.exit(__doc__)
