"""How results are kept in a database: by Celery's own backend, without three of its habits."""

from datetime import timezone
{% include "backend/results_standard.py" ignore missing %}
from typing import Any, ClassVar

from celery.backends.database import DatabaseBackend
{% include "backend/results_imports.py" ignore missing %}
from celery.loaders.app import AppLoader
{% include "backend/results_sqlalchemy.py" ignore missing %}
from sqlalchemy.engine import make_url
{% include "backend/results_columns.py" ignore missing %}


class ResultBackend(DatabaseBackend):
    """Stands in for Celery's wherever a URL begins with `db+`."""

    def _decode_stored_result(self, payload: bytes | None) -> Any:
        """Read JSON and nothing else.

        Celery unpickles a value that is not JSON, whatever `accept_content` says: whoever can write
        to the table could run code here.
        """
        return None if payload is None else self.decode(payload)

    def _get_result_meta(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Date a result in UTC.

        Celery dates it in `timezone`, the column keeps no zone, and `celery.backend_cleanup` takes
        what is there for UTC: a result would be deleted hours too early, or too late.
        """
        meta: dict[str, Any] = super()._get_result_meta(*args, **options)
        if meta["date_done"] is not None:
            meta["date_done"] = meta["date_done"].astimezone(timezone.utc)
        return meta


class Loader(AppLoader):
    """Says what `db+` means. With a class in the URL, `celery report` would show the password."""

    override_backends: ClassVar = {"db": f"{__name__}:{ResultBackend.__name__}"}

    def on_worker_init(self) -> None:
        """Import the driver before there are processes, which share it then.

        Celery leaves it to the first task of each, within the time limit of that task.
        """
        url = self.app.conf.result_backend
        if url.startswith("db+"):
            make_url(url.removeprefix("db+")).get_dialect().import_dbapi()
