"""Secrets under a passphrase: scrypt makes the key, Fernet (AES-128-CBC with an HMAC) seals.

Sources: RFC 7914 (scrypt; n = 2¹⁵, r = 8 take 32 MB and about 0.1 s), the Fernet specification.
"""

from __future__ import annotations

import base64
import json
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from igny8_lib.errors import InvalidInput

COST, BLOCK, LANES = 2**15, 8, 1
SHORTEST = 12
"""Characters of a passphrase."""


class WrongPassphrase(InvalidInput):
    """The backup's secrets were sealed with another passphrase."""


def seal(data: bytes, passphrase: str) -> bytes:
    """The data as a JSON document that only the passphrase opens. Raises InvalidInput for a short one."""
    if len(passphrase) < SHORTEST:
        raise InvalidInput(f"The passphrase is too short: {SHORTEST} characters or more (openssl rand -hex 16).")
    salt = secrets.token_bytes(16)
    token = Fernet(key_of(passphrase, salt)).encrypt(data)
    return json.dumps({"scrypt": base64.b64encode(salt).decode(), "fernet": token.decode()}).encode()


def unseal(sealed: bytes, passphrase: str) -> bytes:
    """What was sealed. Raises WrongPassphrase."""
    document = json.loads(sealed)
    try:
        return Fernet(key_of(passphrase, base64.b64decode(document["scrypt"]))).decrypt(document["fernet"].encode())
    except InvalidToken:
        raise WrongPassphrase("The passphrase is not the one that this backup's secrets were sealed with.") from None


def key_of(passphrase: str, salt: bytes) -> bytes:
    """The Fernet key that belongs to a passphrase and a salt."""
    derived = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=LANES).derive(passphrase.encode())
    return base64.urlsafe_b64encode(derived)
