"""The servers of a generated project over TLS, with certificates that are right or wrong; its processes run here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generated.owner import free_ports
from generated.stacks import Stack, wait_for, with_uv

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Of each server: what it listens on.
PORTS = {"redis": (6379,), "rabbitmq": (5671, 15671), "postgres": (5432,)}
# How a server takes a new certificate without a restart. Redis would have to be asked by a client that it accepts,
# and it starts in no time.
RELOAD = {
    "rabbitmq": "rabbitmqctl -q eval 'ssl:clear_pem_cache().'",
    "postgres": 'kill -HUP "$(head -1 /var/lib/postgresql/data/postmaster.pid)"',
}
URLS = {
    "redis": "rediss://:{REDIS_PASSWORD}@localhost:{port}/{database}",
    "rabbitmq": "amqps://shop:{RABBITMQ_PASSWORD}@localhost:{port}//",
    "postgres": "db+postgresql+psycopg://shop:{POSTGRES_PASSWORD}@localhost:{port}/shop?sslmode=verify-full",
}
CONFIGURATION = """
[ca]
default_ca = here
[here]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = ${ENV::NAMES}
"""
HERE = "DNS:localhost, IP:127.0.0.1"


@dataclass(frozen=True)
class TlsStack(Stack):
    """A stack that is started with `compose.tls.yaml`, and whatever else a test adds."""

    files: tuple[str, ...] = ("compose.yaml", "compose.tls.yaml")

    @property
    def environment(self) -> dict[str, str]:
        """With the files for Compose."""
        return {**super().environment, "COMPOSE_FILE": ":".join(self.files)}


@dataclass(frozen=True)
class Servers:
    """Running servers, and the environment of a process on this machine that is to reach them.

    Attributes:
        stack: the containers, and the directory of the project.
        ports: the published port of each port of a server.
        broker: the service of the broker.
        backend: that of the result backend.
    """

    stack: TlsStack
    ports: Mapping[int, int]
    broker: str
    backend: str

    @property
    def names(self) -> tuple[str, ...]:
        """The services, each once."""
        return tuple(dict.fromkeys((self.broker, self.backend)))

    def checks(self, **changes: str | None) -> dict[str, Any]:
        """What `python -m shop health` found, by check."""
        done = self.shop("health", "--json", "--timeout", "20", **changes)
        if not done.stdout:
            raise AssertionError(done.stderr)
        return dict(json.loads(done.stdout)["checks"])

    def variables(self) -> dict[str, str]:
        """The environment of a process that has everything right."""
        certificates = self.stack.directory / "var" / "certs"
        env = (self.stack.directory / ".env").read_text()
        passwords = dict(re.findall(r"^(\w+_PASSWORD)=(.+)$", env, re.MULTILINE))
        found = {
            "PYTHONPATH": f"{self.stack.directory}/src",
            "SHOP_BROKER_URL": self._url(self.broker, 0, passwords),
            "SHOP_RESULT_BACKEND_URL": self._url(self.backend, 1, passwords),
        }
        if self.broker == "rabbitmq":
            found["SHOP_MANAGEMENT_URL"] = (
                f"https://shop:{passwords['RABBITMQ_PASSWORD']}@localhost:{self.ports[15671]}"
            )
        for server in ("BROKER", "RESULT_BACKEND"):
            found[f"SHOP_{server}_CA_FILE"] = f"{certificates}/ca.pem"
            found[f"SHOP_{server}_CERTIFICATE_FILE"] = f"{certificates}/client.pem"
            found[f"SHOP_{server}_KEY_FILE"] = f"{certificates}/client.key"
        return found

    def _url(self, server: str, database: int, passwords: dict[str, str]) -> str:
        return URLS[server].format(port=self.ports[PORTS[server][0]], database=database, **passwords)

    def shop(self, *words: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
        """Run `python -m shop` here, with the environment changed; None takes a variable out."""
        return subprocess.run(
            [sys.executable, "-m", "shop", *words],
            cwd=self.stack.directory,
            env=self._environment(changes),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    @contextmanager
    def process(self, *words: str, **changes: str | None) -> Iterator[Path]:
        """A worker or beat that runs here; the file with its log."""
        log = self.stack.directory / "var" / f"{'-'.join(words)}.log"
        environment = {**self._environment(changes), "SHOP_RUN_DIR": str(log.with_suffix(".run"))}
        with log.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "shop", *words],
                cwd=self.stack.directory,
                env=environment,
                stdout=stream,
                stderr=stream,
            )
        try:
            yield log
        finally:
            process.terminate()
            try:
                process.wait(30)
            finally:
                process.kill()

    def _environment(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        inherited = {name: value for name, value in with_uv().items() if not name.startswith("SHOP_")}
        merged: dict[str, str | None] = {**inherited, **self.variables(), **changes}
        return {name: value for name, value in merged.items() if value is not None}

    def show(self, server: str) -> None:
        """Give a server the certificate that is in `var/certs` now."""
        self.stack.compose("run", "--rm", "--no-deps", f"{server}-certificate")
        if server in RELOAD:
            self.stack.compose("exec", "-T", server, "sh", "-c", RELOAD[server])
        else:
            self.stack.compose("restart", server)

    def show_wrong(self, server: str, kind: str) -> None:
        """Give a server a certificate that is right but for one thing."""
        certificates = self.stack.directory / "var" / "certs"
        scratch = self.stack.directory / "var" / "scratch"
        issue(certificates, scratch, kind, certificates / f"{server}")
        self.show(server)


def issue(certificates: Path, scratch: Path, kind: str, target: Path, names: str = HERE) -> None:
    """Write `target`.pem and .key: `good`, `another name`, `expired`, or `another authority`.

    OpenSSL looks at the name first: `names` are those that are right.
    """
    scratch.mkdir(exist_ok=True)
    (scratch / "configuration").write_text(CONFIGURATION)
    (scratch / "index").write_text("")
    authority = certificates / "ca"
    if kind == "another authority":
        authority = scratch / "another"
        _openssl(scratch, "req", "-x509", "-extensions", "authority", *_key("another"), "-out", "another.pem")
    _openssl(scratch, "req", "-new", *_key("leaf"), "-out", "leaf.csr")
    dates = ("20200101000000Z", "20200201000000Z") if kind == "expired" else ("20260101000000Z", "20360101000000Z")
    names = "DNS:elsewhere.example.com" if kind == "another name" else names
    signing = ("-batch", "-rand_serial", "-notext", "-extensions", "leaf", "-startdate", dates[0], "-enddate", dates[1])
    signer = ("-cert", f"{authority}.pem", "-keyfile", f"{authority}.key")
    _openssl(scratch, "ca", *signing, *signer, "-in", "leaf.csr", "-out", "leaf.pem", names=names)
    for suffix in (".key", ".pem"):
        (scratch / f"leaf{suffix}").replace(target.with_suffix(suffix))


def _key(name: str) -> tuple[str, ...]:
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    return (*kind, "-keyout", f"{name}.key", "-subj", f"/CN={name}")


def _openssl(directory: Path, command: str, *arguments: str, names: str = HERE) -> None:
    subprocess.run(
        ["openssl", command, "-config", "configuration", *arguments],
        cwd=directory,
        env={**with_uv(), "NAMES": names},
        check=True,
        capture_output=True,
    )


def publish(stack_directory: Path, *servers: str) -> dict[int, int]:
    """Write a file for Compose that publishes the servers' ports on free ones; port → published port."""
    numbers = [port for server in servers for port in PORTS[server]]
    ports = dict(zip(numbers, free_ports(len(numbers)), strict=True))
    lines = ["services:"]
    for server in servers:
        lines.append(f"  {server}:\n    ports:")
        lines += [f'      - "127.0.0.1:{ports[port]}:{port}"' for port in PORTS[server]]
    (stack_directory / "compose.ports.yaml").write_text("\n".join(lines) + "\n")
    return ports


def wait_for_text(log: Path, text: str, seconds: float = 60) -> None:
    """Wait until a process has written something."""
    wait_for(lambda: text in log.read_text(), seconds, f"{text!r} in {log.name}", log.read_text)
