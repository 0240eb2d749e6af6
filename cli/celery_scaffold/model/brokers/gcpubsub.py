"""Google Pub/Sub (pull subscriptions, one topic and one subscription for each queue)."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.client_warnings import GOOGLE_PYTHON
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

_SOURCE = "kombu/transport/gcpubsub.py of 5.7"
_RUN = "run on our stand-in for Pub/Sub: tests/images/pubsub, docs/decisions/0051-pubsub.md"
_GOOGLE = "Google's documentation of Pub/Sub; not run on the service"
CAPABILITIES = (
    Capability(
        Topic.REMOTE_CONTROL,
        False,
        "left off: each worker and each question would make a subscription of its own, and leave it behind",
        _SOURCE + ", _queue_bind: fanout; docs/decisions/0051-pubsub.md",
    ),
    Capability(
        Topic.EVENTS, False, "left off, for the same reason: no monitor sees tasks, Flower shows nothing", _SOURCE
    ),
    Capability(
        Topic.PRIORITY,
        "none",
        "what is urgent needs a queue and a worker of its own",
        "celery-reference 2.2; " + _SOURCE,
    ),
    Capability(
        Topic.DELAY,
        "worker",
        "a worker holds the message until its time, and extends its lease; it costs memory",
        "celery-reference 2.2; " + _RUN,
    ),
    Capability(
        Topic.DEAD_LETTERS,
        True,
        "the project moves what is rejected; Pub/Sub itself moves what was delivered too often",
        "celery-reference 2.3; " + _RUN,
    ),
    Capability(Topic.FAN_OUT, False, "left off: a queue is a topic with one subscription", _SOURCE),
    Capability(
        Topic.ACKNOWLEDGEMENT,
        "lease",
        "a worker extends the lease of what it holds, however long a task takes; a minute without a word ends it",
        "celery-reference 2.3; " + _RUN,
    ),
    Capability(
        Topic.REDELIVERY,
        "after the lease",
        "a worker that is told to stop returns its messages at once; one that is killed leaves them for a minute",
        _RUN,
    ),
    Capability(
        Topic.REPLY_QUEUES,
        False,
        "each sender would make a subscription, with rights of an administrator",
        "celery/backends/rpc.py; " + _SOURCE,
    ),
    Capability(
        Topic.TLS, "always", "gRPC to Google verifies chain and name; an emulator alone is asked without", _GOOGLE
    ),
    Capability(
        Topic.AUTHENTICATION,
        "default credentials: the service account of the machine",
        "no key stands in the URL or the settings; workload identity on GKE",
        "celery-reference 2.1; " + _GOOGLE,
    ),
    Capability(
        Topic.MESSAGE_SIZE,
        9_999_000,
        "what Celery adds counts too: arguments of some 7.4 MB fit, as kombu encodes them in base64",
        "celery-reference 2.4; google-cloud-pubsub 2.43, publisher/_batch/thread.py: _SERVER_PUBLISH_MAX_BYTES",
    ),
    Capability(Topic.AVAILABILITY, "a region", "Google keeps messages in several zones", _GOOGLE),
    Capability(
        Topic.FORK,
        "spawn",
        "gRPC does not survive a fork: children start anew, and import the project again",
        "celery-reference R79; " + _RUN,
    ),
)
_TRANSPORT = "broker_transport_options."
OPTIONS = (
    Setting(
        "worker_enable_remote_control",
        "False",
        "each worker would make a subscription, with rights that no worker should have",
        "celery-reference R18; " + _SOURCE,
        rules=("R18",),
    ),
    Setting(
        "worker_lost_wait",
        "2",
        "without an event loop a worker waits for what a process that died may have left, by default for 10 s",
        "billiard/pool.py: mark_as_worker_lost; docs/decisions/0051-pubsub.md",
        unit="seconds",
    ),
    Setting(
        "worker_cancel_long_running_tasks_on_connection_loss",
        "True",
        "a lost connection has returned the messages: others run them at once",
        "celery-reference R52; docs/decisions/0051-pubsub.md",
    ),
    Setting(
        "worker_pool_start_method",
        "spawn",
        "a child that inherits the threads and locks of gRPC hangs",
        "celery-reference R79",
        rules=("R79",),
    ),
    Setting(
        _TRANSPORT + "queue_name_prefix",
        "the project's name and a dash",
        "kombu would put `kombu-` in front of every name",
        _SOURCE + ", entity_name",
    ),
    Setting(
        _TRANSPORT + "ack_deadline_seconds",
        "60",
        "after so long without a word a killed worker's message comes back; kombu's default is 240",
        _SOURCE,
        unit="seconds",
        rules=("S36",),
    ),
    Setting(
        _TRANSPORT + "expiration_seconds",
        "None",
        "None is never; kombu's default deletes a subscription, and what waits in it, after a day without workers",
        "celery-reference R81; " + _SOURCE,
        unit="seconds",
        rules=("R81",),
    ),
    Setting(
        _TRANSPORT + "retry_timeout_seconds",
        "10",
        "kombu's 300 would hold up a sender, and a worker that acknowledges",
        _SOURCE,
        unit="seconds",
        rules=("S37",),
    ),
)
VERSIONS = (
    Requirement(
        "google-cloud-pubsub",
        "==2.43.0",
        "kombu's extra pins it, google-cloud-monitoring and grpcio",
        "kombu's METADATA",
    ),
    Requirement(
        "kombu",
        ">=5.7",
        "earlier ones neither update a subscription nor send large extensions of leases in parts",
        "kombu's changelog",
    ),
)

GCPUBSUB = Broker(
    kind="gcpubsub",
    label="Google Pub/Sub",
    why="nothing to run on Google Cloud; no remote control, no priorities, and we have never run it on the service",
    verdict=Verdict.CAVEATS,
    proof=Proof.STUBBED,
    folders=("own_transport", "gcpubsub"),
    schemes=("gcpubsub",),
    url_example="gcpubsub://projects/my-project",
    other_url="gcpubsub://projects/my-project",
    extras=("gcpubsub",),
    beat_requirements=(),
    untyped_packages=("google", "grpc"),
    ignored_warnings=(GOOGLE_PYTHON,),
    untyped_beat_packages=(),
    services=(services.PUBSUB,),
    environment=(),
    dead_letters=True,
    priority="none: one queue for each urgency",
    evidence="celery-reference 2.2, 2.3, R79, R81, X26; kombu/transport/gcpubsub.py of 5.7; docs/decisions/0051",
    own_folders=("gcpubsub",),
    # Dots are for subscriptions of all projects, and kombu would replace them behind our back.
    queue_separator="-",
    longest_queue_name=255,
    makes_queues=True,
    counts_messages=False,
    reads_environment=True,
    family="gcpubsub",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
)
