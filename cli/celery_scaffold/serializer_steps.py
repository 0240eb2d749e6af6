"""What the owner has to do by hand when messages are written in another way. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.serializers import AUTH, JSON, MSGPACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery_scaffold.model.project import Project


def serializer_steps(before: Project, after: Project) -> Iterator[str]:
    """Workers with msgpack read JSON as well, so that there is nothing to do on the way there."""
    if before.serializer == after.serializer or (before.serializer, after.serializer) == (JSON, MSGPACK):
        return
    if after.serializer == AUTH:
        yield "`make signing-keys`, and bring the key and the certificates to everything that runs or sends tasks"
    yield (
        f"let the queues run empty with the old workers, and what sends tasks stand still, before you deploy: no new "
        f"worker takes a message that was written as {before.serializer}"
    )
    if after.backend.stores_results:
        yield f"results that were written as {before.serializer} cannot be read any more: fetch those you need before"
