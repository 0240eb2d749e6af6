"""Microsoft Azure."""

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

MANAGED_REDIS = Managed(
    name="Azure Managed Redis",
    brokers=("redis",),
    backends=("redis",),
    url="rediss://USER@NAME.REGION.redis.azure.net:10000/0",
    results_url="rediss://USER@NAME.REGION.redis.azure.net:10000/0",
    login=Login.TOKEN,
    token=tokens.AZURE_REDIS,
    lines=(
        Line(
            Aspect.CREATE,
            "the clustering policy Non-clustered, up to 25 GB, which is chosen when it is created: with the others "
            "commands on several keys fail",
            READ + "Azure Managed Redis, Choose a clustering policy; celery-reference R71",
        ),
        Line(Aspect.CREATE, "eviction policy noeviction, and high availability", UNVERIFIED + "; celery-reference R31"),
        Line(
            Aspect.TLS,
            "always, port 10000; the system trusts its certificates",
            UNVERIFIED,
        ),
        Line(
            Aspect.LOGIN,
            "Microsoft Entra by default: with the component identity, and azure-redis in {login}, the managed identity "
            "of the machine or the workload identity of the pod. A connection ends with its token, and the next one is "
            "given a new one. Or switch access keys on: a key is a password, without a user, in {password_file}",
            READ + "Azure Managed Redis, Use Microsoft Entra ID for cache authentication",
        ),
        Line(Aspect.LOGIN, "the user of a token is the object id of its identity", UNVERIFIED),
        Line(
            Aspect.FAILOVER,
            "the replica takes over under the same name; connections end in maintenance and are made anew",
            UNVERIFIED,
        ),
        Line(
            Aspect.DIFFERENT,
            "it has one database, number 0: results share it with the queues, whose keys begin with the project's name",
            UNVERIFIED + " of Redis Enterprise",
        ),
    ),
    regions=Regions(
        Span.OWN,
        "an instance of its own: active geo-replication lets every region write and merges what they wrote, which "
        "is no queue any more",
        READ_LATER + "Azure Managed Redis, Configure active geo-replication; what becomes of a queue is our conclusion",
    ),
)
AZURE_POSTGRESQL = Managed(
    name="Azure Database for PostgreSQL, flexible server",
    brokers=("pgmq",),
    backends=("postgresql",),
    url="pgmq://USER@NAME.postgres.database.azure.com:5432/{package}?sslmode=verify-full",
    results_url="db+postgresql+psycopg://USER@NAME.postgres.database.azure.com:5432/{package}?sslmode=verify-full",
    login=Login.TOKEN,
    token=tokens.AZURE_POSTGRESQL,
    lines=(
        Line(Aspect.CREATE, "high availability in another zone, and a database of this project's own", UNVERIFIED),
        Line(
            Aspect.TLS,
            "the server insists on it, and Microsoft replaces its certificates now and then: pin none",
            READ + "Azure Database for PostgreSQL, Connect with TLS",
        ),
        Line(Aspect.TLS, "the system trusts its certificates", UNVERIFIED + "; said by a third party"),
        Line(
            Aspect.LOGIN,
            "with the component identity, and azure-postgresql in {login}, the managed identity of the machine or the "
            "workload identity of the pod, whose name is the user of the URL. Or a password in {password_file}",
            READ + "Azure Database for PostgreSQL, Microsoft Entra authentication",
        ),
        Line(
            Aspect.FAILOVER,
            "the name of the server moves to the standby; connections that the server closed are made anew",
            UNVERIFIED + "; pool_pre_ping is on",
        ),
        Line(
            Aspect.DIFFERENT,
            "it takes no client certificates",
            READ + "Azure Database for PostgreSQL, Networking with SSL and TLS",
        ),
    ),
    regions=Regions(
        Span.FOLLOWS,
        "a replica, and a virtual endpoint, whose name {host} leads to the server that leads once somebody has "
        "promoted it",
        READ_LATER + "Azure Database for PostgreSQL, Virtual endpoints for read replicas",
        host="ENDPOINT.writer.postgres.database.azure.com",
    ),
)
AZURE_MYSQL = Managed(
    name="Azure Database for MySQL, flexible server",
    brokers=(),
    backends=("mysql",),
    url=(
        "db+mysql+pymysql://USER@NAME.mysql.database.azure.com:3306/{package}?ssl_ca=/etc/ssl/certs/ca-certificates.crt"
    ),
    login=Login.PASSWORD,
    lines=(
        Line(Aspect.CREATE, "high availability in another zone, and a database of its own for results", UNVERIFIED),
        Line(Aspect.TLS, "the server insists on it; the system's authorities, named in the URL, sign it", UNVERIFIED),
        Line(Aspect.LOGIN, "a password in {password_file}", UNVERIFIED),
        Line(Aspect.FAILOVER, "the name of the server moves to the standby", UNVERIFIED + "; pool_pre_ping is on"),
    ),
    regions=Regions(
        Span.COPY,
        "a replica copies, a moment later; it has a name of its own, and is promoted by somebody",
        UNVERIFIED,
    ),
)
BLOBS = Managed(
    name="Azure Blob Storage",
    brokers=(),
    backends=("azureblockblob",),
    url="azureblockblob://DefaultAzureCredential@https://ACCOUNT.blob.core.windows.net",
    login=Login.IDENTITY,
    lines=(
        Line(Aspect.CREATE, "an account with a lifecycle rule, as is said under results", HERE + "decision 0021; R25"),
        Line(Aspect.TLS, "always", HERE + "celery-reference 3"),
        Line(
            Aspect.LOGIN,
            "the managed identity of the machine, or the workload identity of the pod, as Storage Blob Data "
            "Contributor; AZURE_CLIENT_ID names it where there are several",
            HERE + "celery-reference 3, X13; azure/identity; an identity was not run",
        ),
        Line(Aspect.FAILOVER, "as the account is replicated; nothing to do", UNVERIFIED),
    ),
    regions=Regions(
        Span.FOLLOWS,
        "a geo-redundant account copies to its paired region, and after a failover of the account its name leads there",
        UNVERIFIED + "; that it copies was read: Azure Storage redundancy",
    ),
    tied=True,
)
AZURE_DOCUMENTDB = Managed(
    name="Azure DocumentDB",
    brokers=(),
    backends=("mongodb",),
    url=(
        "mongodb+srv://USER:PASSWORD@NAME.mongocluster.cosmos.azure.com/{package}"
        "?tls=true&authMechanism=SCRAM-SHA-256&retrywrites=false&maxIdleTimeMS=120000"
    ),
    login=Login.PASSWORD,
    lines=(
        Line(
            Aspect.CREATE,
            "high availability, and {url_file} instead of a password in the environment; it was called "
            "Cosmos DB for MongoDB vCore",
            UNVERIFIED,
        ),
        Line(
            Aspect.TLS, "always; the system trusts its certificates", READ + "Azure DocumentDB, Connect to your cluster"
        ),
        Line(Aspect.LOGIN, "a user with a password", READ + "Azure DocumentDB, Connect to your cluster"),
        Line(Aspect.FAILOVER, "under the same name", UNVERIFIED),
        Line(
            Aspect.DIFFERENT,
            "keep retrywrites=false. It is not MongoDB itself, and nobody ran Celery's calls on it",
            READ + "Azure DocumentDB, Connect to your cluster",
        ),
    ),
    regions=Regions(
        Span.COPY,
        "a replica cluster copies, a moment later; it has a name of its own until somebody promotes it",
        UNVERIFIED,
    ),
)
SERVICE_BUS = Managed(
    name="Azure Service Bus",
    brokers=("azureservicebus",),
    backends=(),
    url="azureservicebus://DefaultAzureCredential@NAMESPACE",
    login=Login.IDENTITY,
    lines=(
        Line(
            Aspect.CREATE,
            "a namespace of the standard or premium tier; then `create-queues`, once and after each change of limits, "
            "with the role Azure Service Bus Data Owner, which workers do without",
            HERE + "docs/decisions/0053-service-bus.md; roles were not run",
        ),
        Line(Aspect.TLS, "always", HERE + "celery-reference 2.1"),
        Line(
            Aspect.LOGIN,
            "the managed identity of the machine, or the workload identity of the pod",
            HERE + "kombu/transport/azureservicebus.py; an identity was not run",
        ),
        Line(Aspect.FAILOVER, "managed; links that are lost are made anew", HERE + "celery-reference 2.1, not run"),
        Line(Aspect.SIZE, "256 KB in the standard tier", UNVERIFIED + "; celery-reference 2.4"),
    ),
    regions=Regions(
        Span.FOLLOWS,
        "in the premium tier, Geo-Replication copies tasks as well and keeps the name; Geo-Disaster Recovery "
        "copies queues without the tasks in them",
        READ_LATER + "Service Bus, Geo-Replication, and Geo-Disaster Recovery",
    ),
    tied=True,
)

AZURE = Cloud(
    kind="azure",
    label="Microsoft Azure",
    why="blobs with the managed identity; Redis and databases are managed; it has no RabbitMQ of its own",
    services=(MANAGED_REDIS, AZURE_POSTGRESQL, AZURE_MYSQL, BLOBS, AZURE_DOCUMENTDB, SERVICE_BUS),
    unsuitable=(
        Unsuitable(
            "Azure Cache for Redis",
            ("redis",),
            "it is being retired; Azure Managed Redis takes its place",
            UNVERIFIED,
        ),
        Unsuitable(
            "Azure Managed Redis",
            ("redis-sentinel", "sentinel"),
            "no managed Redis answers as a Sentinel: take the kind redis",
            UNVERIFIED,
        ),
    ),
    elsewhere=(
        "AZURE_TENANT_ID, AZURE_CLIENT_ID, and AZURE_FEDERATED_TOKEN_FILE with a token of the other cloud's identity, "
        "which a federated credential of that client lets in"
    ),
    evidence=HERE + "azure/identity/_constants.py, WorkloadIdentityCredential; not run",
)
