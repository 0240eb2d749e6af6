"""Google Cloud."""

from __future__ import annotations

from celery_scaffold.model.clouds import tokens
from celery_scaffold.model.clouds.cloud import (
    HERE,
    READ,
    READ_LATER,
    UNVERIFIED,
    Aspect,
    Cloud,
    Line,
    Login,
    Managed,
    Regions,
    Span,
    Unsuitable,
)

_PROXY = (
    Line(
        Aspect.TLS,
        "the Cloud SQL Auth Proxy runs beside each worker, encrypts, and verifies the server",
        READ + "Cloud SQL, Authorize with SSL/TLS certificates",
    ),
    Line(
        Aspect.TLS,
        "without the proxy, only a certificate with a DNS name can be verified (a CA mode of Certificate Authority "
        "Service), with the instance's server-ca.pem",
        UNVERIFIED + "; said by a third party",
    ),
    Line(
        Aspect.LOGIN,
        "the proxy with --auto-iam-authn logs in as the workload's service account, which is the user of the URL, "
        "without its .gserviceaccount.com in PostgreSQL: no password is needed",
        UNVERIFIED,
    ),
    Line(
        Aspect.FAILOVER,
        "the instance keeps its address; connections that were lost are made anew",
        UNVERIFIED + "; pool_pre_ping is on",
    ),
)

MEMORYSTORE_REDIS = Managed(
    name="Memorystore for Redis",
    brokers=("redis",),
    backends=("redis",),
    url="rediss://10.0.0.3:6378/0",
    results_url="rediss://10.0.0.3:6378/1",
    login=Login.PASSWORD,
    ca="server-ca.pem",
    lines=(
        Line(
            Aspect.CREATE,
            "AUTH, in-transit encryption, and maxmemory-policy=noeviction: the default, volatile-lru, drops results "
            "when memory is full",
            READ + "Memorystore, Supported Redis configurations; celery-reference R31",
        ),
        Line(Aspect.CREATE, "the standard tier, which has a replica", UNVERIFIED),
        Line(
            Aspect.TLS,
            "each instance has an authority of its own; a new one appears five years later and has to be in the file "
            "before the first ends, after ten",
            READ + "Memorystore, In-transit encryption",
        ),
        Line(
            Aspect.TLS,
            "the port is 6378; whether the certificate has the address that clients use, which this project verifies, "
            "was not seen",
            UNVERIFIED,
        ),
        Line(
            Aspect.LOGIN,
            "the instance's AUTH string in {password_file}; it has no user and no identities",
            READ + "Memorystore, About Redis AUTH",
        ),
        Line(Aspect.FAILOVER, "the replica takes over the address; connections are made anew", UNVERIFIED),
        Line(
            Aspect.DIFFERENT,
            "CONFIG is not among its commands; this project does not use it",
            READ + "Memorystore, Supported commands",
        ),
    ),
    regions=Regions(
        Span.OWN,
        "an instance of its own",
        UNVERIFIED,
    ),
)
MEMORYSTORE_VALKEY = Managed(
    name="Memorystore for Valkey",
    brokers=("valkey",),
    backends=("valkey",),
    url="rediss://10.0.0.3:6379/0",
    results_url="rediss://10.0.0.3:6379/0",
    login=Login.TOKEN,
    token=tokens.MEMORYSTORE,
    ca="server-ca.pem",
    lines=(
        Line(
            Aspect.CREATE,
            "Cluster Mode Disabled, which cannot be changed later, Valkey 8.0, and a replica",
            READ + "Memorystore for Valkey, overview, and Enable and disable cluster mode",
        ),
        Line(Aspect.CREATE, "maxmemory-policy=noeviction", UNVERIFIED + "; celery-reference R31"),
        Line(Aspect.TLS, "in-transit encryption on; its authorities are the instance's own", UNVERIFIED),
        Line(
            Aspect.LOGIN,
            "IAM: with the component identity, and memorystore in {login}, the workload's service account, which is a "
            "Memorystore DB Connection User; the URL has no user, and each new connection is given an access token",
            READ_LATER + "Memorystore for Valkey, About IAM authentication",
        ),
        Line(
            Aspect.FAILOVER,
            "the primary endpoint always leads to the primary node",
            READ + "Memorystore for Valkey, overview",
        ),
    ),
    regions=Regions(
        Span.COPY,
        "a secondary instance copies, a moment later; it has an address of its own, and takes tasks once somebody "
        "detaches it or switches over",
        READ_LATER + "Memorystore for Valkey, About cross-region replication",
    ),
)
CLOUD_SQL_POSTGRESQL = Managed(
    name="Cloud SQL for PostgreSQL",
    brokers=("pgmq",),
    backends=("postgresql",),
    url="pgmq://NAME%40PROJECT.iam@127.0.0.1:5432/{package}",
    results_url="db+postgresql+psycopg://NAME%40PROJECT.iam@127.0.0.1:5432/{package}",
    login=Login.IDENTITY,
    lines=(
        Line(
            Aspect.CREATE,
            "high availability, the flag cloudsql.iam_authentication=on, and a database of this project's own",
            UNVERIFIED,
        ),
        *_PROXY,
        Line(
            Aspect.DIFFERENT,
            "an instance takes connections without TLS unless its SSL mode says otherwise",
            READ + "Cloud SQL, Configure SSL/TLS certificates",
        ),
    ),
    regions=Regions(
        Span.COPY,
        "a replica copies, a moment later, and is promoted by somebody; then the proxy is started with its "
        "connection name, and the URL stays",
        READ_LATER + "Cloud SQL, Cross-region replicas, and Use advanced disaster recovery",
    ),
)
CLOUD_SQL_MYSQL = Managed(
    name="Cloud SQL for MySQL",
    brokers=(),
    backends=("mysql",),
    url="db+mysql+pymysql://NAME@127.0.0.1:3306/{package}",
    login=Login.IDENTITY,
    lines=(
        Line(
            Aspect.CREATE,
            "high availability, the flag cloudsql_iam_authentication=on, and a database of its own for results",
            UNVERIFIED,
        ),
        *_PROXY,
    ),
    regions=Regions(
        Span.COPY,
        "a replica copies, a moment later, and is promoted by somebody; then the proxy is started with its "
        "connection name, and the URL stays",
        READ_LATER + "Cloud SQL, Cross-region replicas, and Use advanced disaster recovery",
    ),
)
PUBSUB = Managed(
    name="Pub/Sub",
    brokers=("gcpubsub",),
    backends=(),
    url="gcpubsub://projects/my-project",
    login=Login.IDENTITY,
    lines=(
        Line(
            Aspect.CREATE,
            "`create-queues`, once and after each change of limits: a topic, and a subscription that never expires, "
            "for each queue; see what is said about Pub/Sub above",
            HERE + "docs/decisions/0051-pubsub.md",
        ),
        Line(Aspect.TLS, "always", HERE + "celery-reference 2.1"),
        Line(
            Aspect.LOGIN,
            "Application Default Credentials: the service account of the workload",
            HERE + "celery-reference 2.1",
        ),
        Line(Aspect.FAILOVER, "managed; nothing to do", HERE + "celery-reference 2.1, not run"),
        Line(Aspect.SIZE, "10 MB, with what Celery adds: some 7.4 MB of arguments", HERE + "model/brokers/gcpubsub.py"),
    ),
    regions=Regions(
        Span.EVERYWHERE,
        "one address for all regions; a message stays in the region where it was sent, and waits there when that "
        "is lost",
        READ_LATER + "Pub/Sub, Configure message storage policies, and APIs overview",
    ),
    tied=True,
)
GCS = Managed(
    name="Cloud Storage",
    brokers=(),
    backends=("gcs",),
    url="gs://{store}",
    login=Login.IDENTITY,
    lines=(
        Line(
            Aspect.CREATE,
            "the bucket, its lifecycle rule and the role on it, as is said under results",
            READ + "gcloud storage buckets create; docs/decisions/0057-gcs.md; not run",
        ),
        Line(Aspect.TLS, "always", UNVERIFIED + "; google/cloud/storage/_http.py"),
        Line(
            Aspect.LOGIN,
            "Application Default Credentials: the service account of the workload",
            UNVERIFIED + "; google/auth/_default.py",
        ),
        Line(
            Aspect.FAILOVER,
            "objects are kept in several zones of the region, or in several regions; nothing to do",
            UNVERIFIED,
        ),
        Line(
            Aspect.DIFFERENT,
            "one object takes one write a second: beyond it Google answers 429, which the client tries again",
            UNVERIFIED + "; google/cloud/storage/retry.py",
        ),
    ),
    regions=Regions(
        Span.EVERYWHERE,
        "a bucket in two regions or more has one name, and loses nothing with one of them",
        UNVERIFIED,
    ),
    tied=True,
)

GCP = Cloud(
    kind="gcp",
    label="Google Cloud",
    why="Redis, Valkey and databases are managed, Cloud SQL without a password; it has no RabbitMQ of its own",
    services=(MEMORYSTORE_REDIS, MEMORYSTORE_VALKEY, CLOUD_SQL_POSTGRESQL, CLOUD_SQL_MYSQL, PUBSUB, GCS),
    unsuitable=(
        Unsuitable(
            "Memorystore for Redis Cluster",
            ("redis", "valkey"),
            "it speaks the cluster protocol, and kombu has no cluster client (R71)",
            READ + "Memorystore for Redis Cluster, Supported instance configurations; celery-reference R71",
        ),
        Unsuitable(
            "Memorystore",
            ("redis-sentinel", "sentinel"),
            "no managed Redis answers as a Sentinel: take the kind redis or valkey and the instance's endpoint",
            UNVERIFIED,
        ),
    ),
    elsewhere=(
        "GOOGLE_APPLICATION_CREDENTIALS with a credential configuration file of workload identity federation, which "
        "says how the other cloud's identity is exchanged for a service account"
    ),
    evidence=HERE + "google/auth/environment_vars.py, and _default.py: external_account; not run",
)
