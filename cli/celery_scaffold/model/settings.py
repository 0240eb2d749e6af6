"""The settings of every generated configuration; those of one broker or backend are in its own module.

`explain` shows them. A test loads projects in Celery: what they set is here or there, and nothing else is.
"""

from __future__ import annotations

from celery_scaffold.model.setting import Setting

MESSAGES = (
    Setting(
        "accept_content",
        '["json"]',
        "unpickling runs whatever somebody who can write to the broker put there",
        "celery-reference R23; celery/platforms.py",
        rules=("R23",),
    ),
    Setting("task_serializer", '"json"', "what accept_content accepts", "celery-reference R23", rules=("R23",)),
    Setting("result_serializer", '"json"', "readers of results need no pickle either", "celery-reference R23"),
    Setting(
        "timezone",
        "the answer timezone",
        "crontab entries go by it, whatever the host's clock says",
        "celery-reference R47",
        rules=("R47",),
    ),
)
# With serializer = "auth".
SIGNED = (
    Setting(
        "event_serializer",
        '"auth"',
        "app.setup_security() wants events signed as tasks are",
        "celery-reference R72; celery/security/__init__.py",
        rules=("R72",),
    ),
    Setting(
        "security_key",
        "a file named by the environment",
        "what messages are signed with; it is signed, not encrypted",
        "celery-reference R72; celery/security/__init__.py",
    ),
    Setting(
        "security_certificate",
        "a file named by the environment",
        "its number says in each message whose signature it has",
        "celery/security/__init__.py",
    ),
    Setting(
        "security_cert_store",
        "a folder named by the environment",
        "the certificates that are trusted; two at a time while keys rotate",
        "celery/security/__init__.py",
    ),
)
TASKS = (
    Setting(
        "include", "the project's task modules", "workers know all tasks as soon as they start", "celery/app/base.py"
    ),
    Setting(
        "task_acks_late",
        "True",
        "a message is acknowledged when its task has ended, so a crash loses nothing; a task may run twice",
        "celery-reference R43, X10b",
        rules=("R43",),
    ),
    Setting(
        "task_retry_on_worker_lost",
        "True",
        "a task whose process dies has failed once: it runs again, up to max_retries times",
        "celery-reference R40, X6b; celery-verified 3",
        rules=("R40",),
    ),
    Setting(
        "task_reject_on_worker_lost",
        "True",
        "when that retry cannot be sent, the message goes back to its queue; alone it would repeat a deadly task",
        "celery-reference R40, X6b",
        rules=("R40",),
    ),
    Setting(
        "task_acks_on_failure",
        "False where the broker keeps dead letters, True elsewhere",
        "what failed for good becomes a dead letter; without dead letters rejecting would delete it",
        "celery-reference R44, X6, X6c",
        rules=("R44",),
    ),
    Setting(
        "task_acks_on_timeout",
        "True",
        "False would put a task that ran into its hard limit back in its queue, again and again",
        "celery-reference R41; celery/worker/request.py",
        rules=("R41",),
    ),
)
QUEUES = (
    Setting(
        "task_queues", "the queues of the answers", "only these exist", "celery-reference R66", rules=("R66", "R10")
    ),
    Setting(
        "task_routes",
        "exact names, then the longest globs",
        "the first glob that matches counts, so the order decides",
        "celery-reference R67, X18",
        rules=("R67",),
    ),
    Setting(
        "task_default_queue",
        "the answer default_queue, with the project's name in front",
        "tasks without a route must not end in somebody else's queue",
        "celery-reference R65",
        rules=("R65",),
    ),
    Setting(
        "task_create_missing_queues",
        "False",
        "a misspelt queue fails in the sender instead of collecting messages that nobody reads",
        "celery-reference R66, X18",
        rules=("R66",),
    ),
)
BROKER = (
    Setting(
        "broker_url", "from the environment", "no password is in a file that is committed", "docs/reference/settings"
    ),
    Setting(
        "broker_connection_retry_on_startup",
        "True",
        "a worker waits for its broker: a restart would not bring it back sooner",
        "celery-reference R49",
        rules=("R49",),
    ),
    Setting(
        "broker_connection_max_retries",
        "None",
        "after 100 tries, some 45 minutes, a worker would give up",
        "celery-reference R50",
        rules=("R50",),
    ),
    Setting(
        "broker_pool_acquire_timeout",
        "10",
        "a sender that finds all connections busy gets an error, not an endless wait",
        "celery-reference R51; celery/app/base.py",
        "seconds",
        ("R51",),
    ),
    Setting(
        "task_publish_retry_policy",
        "five tries in about 6 s",
        "publishing survives a short loss of the broker, and then fails: endless tries would hang the sender",
        "celery-reference R64; celery/app/defaults.py",
        "seconds",
        ("R64",),
    ),
    Setting(
        "broker_transport_options",
        "a table; its keys are settings of their own",
        "what kombu's transport for this broker is told",
        "celery-reference 2.1",
    ),
)
RESULTS = (
    Setting(
        "result_backend",
        "from the environment",
        "no password is in a file that is committed",
        "docs/reference/settings",
    ),
    Setting(
        "result_expires",
        "the answer result_expires_seconds",
        "results are for whoever waits or polls, not an archive",
        "celery-reference R24, R30",
        "seconds",
        ("R24", "R30"),
    ),
    Setting(
        "task_store_errors_even_if_ignored",
        "True",
        "ignore_result saves a write for results that nobody reads; failures are kept",
        "celery/app/defaults.py",
    ),
)
WORKERS = (
    Setting(
        "worker_prefetch_multiplier",
        "1",
        "more messages would wait behind a long task while other workers are idle",
        "celery-reference R08",
        "messages per process",
        ("R08",),
    ),
    Setting(
        "worker_proc_alive_timeout",
        "30",
        "a child that takes more than 4 s to import the project on a busy host is not hanging",
        "celery-reference R35; celery/concurrency/asynpool.py",
        "seconds",
        ("R35",),
    ),
    Setting(
        "worker_consumer",
        "worker/rate_limits.py, where a queue has a rate limit",
        "Celery's own slows all limited tasks down to one a second",
        "docs/decisions/0006",
        rules=("R77",),
    ),
    Setting(
        "worker_hijack_root_logger",
        "False",
        "handlers of others, such as an error tracker, stay",
        "celery-reference R57; celery/app/log.py",
        rules=("R57",),
    ),
    Setting(
        "worker_cancel_long_running_tasks_on_connection_loss",
        "True where a lost connection delivers again at once, False elsewhere",
        "the first run must end before the second begins; on Redis nothing is delivered again until much later",
        "celery-reference R52; celery-verified 12",
        rules=("R52",),
    ),
)
BEAT = (
    Setting("beat_schedule", "schedule.py, and the answers", "what beat sends, and when", "celery/beat.py"),
    Setting(
        "beat_scheduler",
        "worker/beat.py",
        "one beat leads and the others stand by, so that nothing is sent twice",
        "docs/decisions/0007; celery-verified 10",
        rules=("R45", "R46"),
    ),
    Setting(
        "beat_max_loop_interval",
        "5",
        "how often beat looks at the schedule at least, and a second instance at the lock",
        "celery-verified 10",
        "seconds",
    ),
    Setting(
        "beat_cron_starting_deadline",
        "3600",
        "a crontab entry that was missed is made up for within an hour, or left out",
        "celery-reference R46; celery/schedules.py",
        "seconds",
        ("R46",),
    ),
    Setting(
        "beat_enable_remote_control",
        "True",
        "beat answers a ping as the workers do, and stops answering when it no longer ticks",
        "celery-reference 1.1, X20",
    ),
)
SETTINGS = (*MESSAGES, *SIGNED, *TASKS, *QUEUES, *BROKER, *RESULTS, *WORKERS, *BEAT)
