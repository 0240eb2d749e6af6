"""What `make up` is called: an emulator is not the real thing, and says whose place it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generated.owner import new

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("broker", "backend", "said"),
    [
        ("redis", "redis", "the real stack"),
        ("sqs", "none", "the stack (moto stands in for AWS)"),
        ("sqs", "azureblockblob", "the stack (moto stands in for AWS, azurite stands in for Azure)"),
        ("gcpubsub", "gcs", "the stack (pubsub and gcs stand in for Google Cloud)"),
        ("rabbitmq", "dynamodb", "the stack (moto stands in for AWS)"),
    ],
)
def test_an_emulator_is_called_one(
    broker: str, backend: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new(tmp_path, "--broker", broker, "--backend", backend)
    assert f"| `make up` | {said} in containers;" in (project / "README.md").read_text()
    assert f"## start {said} in containers" in (project / "Makefile").read_text()
    assert f"# {said}: " in capsys.readouterr().err
