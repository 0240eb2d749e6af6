"""Azure Service Bus, of the standard or premium tier: basic has no sessions and forwards no dead letters."""

from __future__ import annotations

from celery_scaffold.model.brokers.broker import Broker
from celery_scaffold.model.capabilities import Capability, Requirement, Topic
from celery_scaffold.model.setting import Setting
from celery_scaffold.model.verdicts import Proof, Verdict

_SOURCE = "kombu/transport/azureservicebus.py of 5.7"
_CLIENT = "azure-servicebus 7.15"
_RUN = "run on our stand-in"
_DECISION = "docs/decisions/0053-service-bus.md"
CAPABILITIES = (
    Capability(
        Topic.REMOTE_CONTROL,
        False,
        "nobody can ask workers who is there: probes look at files, and the queues tell what waits",
        "celery-reference 2.2; " + _SOURCE,
    ),
    Capability(Topic.EVENTS, False, "no monitor sees tasks; Flower shows nothing", "celery-reference 2.2"),
    Capability(
        Topic.PRIORITY,
        "none",
        "what is urgent needs a queue and a worker of its own",
        "celery-reference 2.2; " + _SOURCE,
    ),
    Capability(
        Topic.DELAY,
        "broker",
        "Service Bus holds a message until its time; kombu alone would let a worker hold it",
        "celery-reference 2.2; " + _RUN + ", " + _DECISION,
    ),
    Capability(
        Topic.DEAD_LETTERS,
        True,
        "rejected ones at once, and those that were delivered too often; of all queues in one",
        "celery-reference 2.3; " + _RUN + ", " + _DECISION,
    ),
    Capability(Topic.FAN_OUT, False, "a message is for one; kombu uses no topics", _SOURCE),
    Capability(
        Topic.ACKNOWLEDGEMENT,
        "lock",
        "an unacknowledged message is locked, for a minute that the worker prolongs while it has it",
        "celery-reference 2.3, R80; " + _SOURCE,
    ),
    Capability(
        Topic.REDELIVERY,
        "after the lock",
        "a worker that is told to stop returns its messages at once; one that is killed does not, for a minute",
        "celery-reference 2.3; " + _RUN,
    ),
    Capability(Topic.REPLY_QUEUES, False, "kombu makes no queues that expire", "celery/backends/rpc.py; " + _SOURCE),
    Capability(Topic.TLS, "always", "the client verifies chain and name; an emulator alone is asked without", _CLIENT),
    Capability(
        Topic.AUTHENTICATION,
        "the identity of the machine, through azure-identity",
        "no key stands in the URL or the settings; kombu would take one",
        "celery-reference 2.1; " + _SOURCE,
    ),
    Capability(
        Topic.MESSAGE_SIZE,
        255 * 1024,
        "of the standard tier; what Celery adds counts too: arguments of some 190 kB fit, as kombu encodes them once",
        "celery-reference 2.4 (there unverified); Azure's quotas: 256 KB, headers included",
    ),
    Capability(Topic.AVAILABILITY, "a region", "Azure keeps messages in several zones", "celery-reference 2.1"),
    Capability(Topic.FORK, "safe", "children make connections of their own and use none of their parent's", _RUN),
)
_TRANSPORT = "broker_transport_options."
OPTIONS = (
    Setting(
        "worker_enable_remote_control",
        "False",
        "nothing could carry a question to all workers",
        "celery-reference R18; " + _SOURCE,
        rules=("R18",),
    ),
    Setting(
        "worker_cancel_long_running_tasks_on_connection_loss",
        "False",
        "a task that is ended would run again when its lock ends",
        "docs/decisions/0009",
    ),
    Setting(
        "worker_lost_wait",
        "2",
        "without an event loop a worker waits for what a process that died may have left, by default for 10 s",
        "billiard/pool.py: mark_as_worker_lost; " + _RUN,
        unit="seconds",
    ),
    Setting(
        _TRANSPORT + "use_lock_renewal",
        "True",
        "a task of more than a minute would lose its message, run again, and end as a dead letter",
        "celery-reference R80; " + _SOURCE,
        rules=("R80",),
    ),
    Setting(
        _TRANSPORT + "max_lock_renewal_duration",
        "three times the longest time limit",
        "a message may wait for one run before its own; a thread that hangs must not keep it for ever",
        "celery-reference R80; " + _DECISION,
        unit="seconds",
        rules=("R80",),
    ),
    Setting(
        _TRANSPORT + "peek_lock_seconds",
        "60",
        "what a killed worker had runs again after it; Service Bus allows 300",
        _SOURCE,
        unit="seconds",
    ),
    Setting(
        _TRANSPORT + "wait_time_seconds",
        "0.5",
        "an acknowledgement waits until a receive is over, and messages come by themselves",
        _DECISION,
        unit="seconds",
    ),
    Setting(
        _TRANSPORT + "polling_interval",
        "0.1",
        "how often a busy worker looks whether a process is free for another message; no request",
        "kombu/transport/virtual/base.py: drain_events",
        unit="seconds",
    ),
    Setting(
        _TRANSPORT + "retry_total",
        "1",
        "the client tries four times over five seconds, and Celery tries again on top of that",
        _CLIENT,
    ),
)
VERSIONS = (
    Requirement("azure-servicebus", "==7.15.0", "kombu's extra pins it", "kombu's METADATA"),
    Requirement("azure-identity", ">=1.27", "the identity of the machine, without keys", _SOURCE),
)

AZURESERVICEBUS = Broker(
    kind="azureservicebus",
    label="Azure Service Bus",
    why="nothing to run on Azure; never run on the service by us, no remote control, no priorities, no emulator",
    verdict=Verdict.CAVEATS,
    proof=Proof.STUBBED,
    folders=("own_transport", "azureservicebus"),
    schemes=("azureservicebus",),
    url_example="azureservicebus://DefaultAzureCredential@my-namespace",
    other_url="azureservicebus://DefaultAzureCredential@my-namespace",
    extras=(),
    requirements=("azure-identity>=1.27,<2", "kombu[azureservicebus]>=5.7,<5.8"),
    beat_requirements=(),
    untyped_packages=(),
    untyped_beat_packages=(),
    services=(),
    environment=(),
    dead_letters=True,
    priority="none: one queue for each urgency",
    evidence="celery-reference 2.2, 2.3, R80; kombu/transport/azureservicebus.py of 5.7; " + _DECISION,
    own_folders=("azureservicebus",),
    longest_queue_name=260,
    makes_queues=True,
    # All that `longest_delay_seconds` may be.
    native_delay=12 * 60 * 60,
    family="azureservicebus",
    capabilities=CAPABILITIES,
    options=OPTIONS,
    versions=VERSIONS,
)
