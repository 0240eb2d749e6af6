"""The configuration, read the way Celery reads it."""

from types import ModuleType

from celery.app.defaults import NAMESPACES, flatten

from standard_sqs import config
from standard_sqs.app import app

REGISTRY = dict(flatten(NAMESPACES))
SETTINGS = {
    name: value
    for name, value in vars(config).items()
    if name.islower()
    and name[0] != "_"
    and not isinstance(value, ModuleType)
    and not callable(value)
}
KNOWN = set(REGISTRY)
# Documented, and read by celery/loaders/base.py, but missing from the registry.
KNOWN.add("override_backends")


def test_celery_knows_every_setting() -> None:
    assert SETTINGS.keys() - KNOWN == set()


def test_no_setting_is_deprecated() -> None:
    deprecated = {name for name in SETTINGS.keys() & REGISTRY if REGISTRY[name].deprecate_by}
    assert deprecated == set()


def test_a_crash_loses_no_task_and_repeats_none_for_ever() -> None:
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)
    # Without a limit on attempts, the two above repeat a task that kills its process.
    assert conf.task_retry_on_worker_lost is True
    app.loader.import_default_modules()
    unlimited = {name for name, task in app.tasks.items() if task.max_retries is None}
    assert unlimited <= {"celery.chord_unlock"}  # waits for other tasks, for as long as they take


def test_nothing_is_accepted_that_runs_when_it_is_read() -> None:
    assert app.conf.accept_content == ["msgpack", "json"]
