"""Signed messages: a worker takes only those that a trusted key has signed.

Run as a program, which `make signing-keys` does, this module makes the key and replaces it.
https://docs.celeryq.dev/en/stable/userguide/security.html#message-signing
"""

import os
import shutil
import sys
from argparse import ArgumentParser
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

#: Celery signs with RSA and nothing else (celery/security/key.py).
KEY_SIZE = 3072
VALID = timedelta(days=730)
#: Who the certificates are of.
NAME = "{{ cookiecutter.project_slug }}"
STEPS = ("announce", "use", "forget")


def sign_messages(sender: Any, **_: object) -> None:
    """Register the serializer `auth` with the keys of the settings."""
    sender.setup_security(digest="sha256")


class Keys:
    """The files of a directory: the key in use, the next one, and all that are trusted."""

    def __init__(self, directory: Path) -> None:
        self.key, self.certificate, self.next_key, self.next_certificate = (
            directory / name
            for name in ("key.pem", "certificate.pem", "next-key.pem", "next-certificate.pem")
        )
        self.trusted = directory / "trusted"

    def make(self) -> str:
        """Make the first key, unless there is one."""
        if self.key.exists():
            return f"{self.key} is there"
        # Only its owner enters the directory; containers are given the files in it.
        self.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.trusted.mkdir(exist_ok=True)
        self._make(self.key, self.certificate)
        return f"made {self.key}"

    def announce(self) -> str:
        """Make the next key, and trust it besides the one in use."""
        if not self.next_key.exists():
            self._make(self.next_key, self.next_certificate)
        return f"bring {self.trusted} to every process and restart it; then `use`"

    def use(self) -> str:
        """Sign with the next key. What the old one has signed is still taken."""
        if not self.next_key.exists():
            raise SystemExit("there is no next key: `announce` comes first")
        self.next_certificate.replace(self.certificate)
        self.next_key.replace(self.key)
        return "restart every process; once nothing waits that it has signed, `forget` the old key"

    def forget(self) -> str:
        """Trust no key any more but those in use and announced."""
        in_use = filter(Path.exists, (self.certificate, self.next_certificate))
        kept = {file.read_bytes() for file in in_use}
        for file in self.trusted.iterdir():
            if file.read_bytes() not in kept:
                file.unlink()
        return f"bring {self.trusted} to every process and restart it"

    def _make(self, key_file: Path, certificate_file: Path) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE)
        certificate = _certificate(key)
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        shutil.copy(certificate_file, self.trusted / f"{certificate.serial_number:x}.pem")


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Return a certificate that its own key has signed: being in the store makes it trusted."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(minutes=5),
        not_valid_after=now + VALID,
    )
    return builder.sign(key, hashes.SHA256())


def main() -> None:
    """Make the first key, or take one step of its replacement."""
    parser = ArgumentParser(prog=f"python -m {__spec__.name}", description=main.__doc__)
    parser.add_argument("step", nargs="?", choices=("make", *STEPS), default="make")
    parser.add_argument("--directory", type=Path, default=Path("signing"))
    arguments = parser.parse_args()
    os.umask(0o022)
    sys.stdout.write(f"{getattr(Keys(arguments.directory), arguments.step)()}\n")


if __name__ == "__main__":
    main()
