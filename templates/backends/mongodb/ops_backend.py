"""Whether results can be stored and read."""

from datetime import datetime, timezone
from uuid import uuid4

from celery import Celery


def round_trip(app: Celery) -> str:
    """Write, read and delete a document: a ping would not notice a secondary or missing rights."""
    collection = app.backend.collection
    this = {"_id": f"health-{uuid4()}"}
    # What should be left behind is deleted with the expired results.
    collection.insert_one({**this, "date_done": datetime.now(timezone.utc)})
    if collection.find_one(this) is None:
        raise ConnectionError("the document that was just written is not there")
    collection.delete_one(this)
    return "a document was written, read and deleted"
