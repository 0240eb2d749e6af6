"""A unit test reaches no server."""

from typing import Any

import pytest

from standard_sqs.app import app


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *_: Any, **__: Any) -> None:
        pytest.fail(f"{name} was sent: let the test take `strict_eager` or `worker`")

    monkeypatch.setattr(app, "send_task", refuse)
