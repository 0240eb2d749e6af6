"""Amazon Web Services."""

from __future__ import annotations

from celery_scaffold.model.clouds import tokens
from celery_scaffold.model.clouds.aws_databases import DOCUMENTDB, DYNAMODB, RDS_MYSQL, RDS_POSTGRESQL
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

ELASTICACHE = Managed(
    name="Amazon ElastiCache",
    brokers=("redis", "valkey"),
    backends=("redis", "valkey"),
    url="rediss://USER@master.NAME.xxxxxx.REGION.cache.amazonaws.com:6379/0",
    results_url="rediss://USER@master.NAME.xxxxxx.REGION.cache.amazonaws.com:6379/1",
    login=Login.TOKEN,
    token=tokens.ELASTICACHE,
    lines=(
        Line(
            Aspect.CREATE,
            "nodes of your own with cluster mode disabled, and a replica with automatic failover",
            HERE + "celery-reference R71",
        ),
        Line(
            Aspect.CREATE,
            "a parameter group with maxmemory-policy=noeviction: the default, volatile-lru, drops results when memory "
            "is full",
            READ + "AWS re:Post, OOM command not allowed; celery-reference R31",
        ),
        Line(
            Aspect.TLS,
            "in-transit encryption on, which AUTH and IAM need",
            READ + "ElastiCache, Authenticating with AUTH, and Migrating to IAM",
        ),
        Line(Aspect.TLS, "the system trusts its certificates", UNVERIFIED),
        Line(
            Aspect.LOGIN,
            "with the component identity, and elasticache in {login}, the role of the task, the pod or the instance, "
            "which may elasticache:Connect; the URL has the user, whose id is its name, and the name of the primary "
            "endpoint, for whose cache the token is signed. A token is valid for 15 minutes, AWS ends its connection "
            "after 12 hours, and each new connection is given a new one; AWS_REGION says where. Or a user with a "
            "password in {password_file}",
            READ_LATER + "ElastiCache, Migrating to IAM, and Authenticating with IAM",
        ),
        Line(
            Aspect.FAILOVER,
            "the name of the primary endpoint moves to the new primary, and each connection looks it up",
            UNVERIFIED + "; that names are looked up is tests/generated/test_discovery.py",
        ),
        Line(
            Aspect.DIFFERENT,
            "the command CONFIG is refused, so no client can change the policy; this project does not use it",
            READ + "ElastiCache, Restricted commands",
        ),
    ),
    regions=Regions(
        Span.COPY,
        "a global datastore copies to another region, a moment later; the copy has an address of its own, and "
        "takes tasks once somebody promotes it",
        READ_LATER + "ElastiCache, Replication across AWS Regions using global datastores",
    ),
)
AMAZON_MQ = Managed(
    name="Amazon MQ for RabbitMQ",
    brokers=("rabbitmq",),
    backends=(),
    url="amqps://{package}@b-ID.mq.REGION.amazonaws.com:5671//",
    login=Login.PASSWORD,
    lines=(
        Line(
            Aspect.CREATE,
            "a cluster of RabbitMQ 4.2 or later, which runs on mq.m7g instances only; 3.13 lacks the two priorities "
            "of quorum queues",
            READ + "Amazon MQ, RabbitMQ 4, and Managing engine versions; celery-verified 2",
        ),
        Line(Aspect.TLS, "always; the system trusts its certificates", UNVERIFIED),
        Line(
            Aspect.LOGIN,
            "the user made with the broker, its password in {password_file}; the broker can take OAuth 2.0 tokens "
            "as passwords, which nobody tried with this project",
            READ + "Amazon MQ, Configurable values",
        ),
        Line(
            Aspect.FAILOVER,
            "all nodes have one name, behind a load balancer",
            READ + "Amazon MQ, RabbitMQ 4",
        ),
        Line(
            Aspect.FAILOVER,
            "in the maintenance window they restart one after the other, and connections are made anew",
            UNVERIFIED,
        ),
        Line(
            Aspect.DIFFERENT,
            "policies of operators cannot be changed, and this project needs none: its queues carry their arguments",
            READ + "Amazon MQ, Configurable values; tests/generated/test_numbers.py",
        ),
        Line(
            Aspect.DIFFERENT, "{prefix}MANAGEMENT_URL is https://USER:PASSWORD@b-ID.mq.REGION.amazonaws.com", UNVERIFIED
        ),
        Line(Aspect.DIFFERENT, "CloudWatch has no numbers of single queues", READ + "Amazon MQ, RabbitMQ 4"),
        Line(
            Aspect.DIFFERENT,
            "consumer_timeout is 30 minutes, as RabbitMQ comes; longer tasks say so in their queue's arguments",
            READ + "Amazon MQ, Configurable values; celery-reference R06",
        ),
    ),
    regions=Regions(
        Span.OWN,
        "a broker of its own: Amazon MQ copies between regions for ActiveMQ only",
        READ_LATER + "Amazon MQ, Cross-Region data replication for ActiveMQ",
    ),
)
SQS = Managed(
    name="Amazon SQS",
    brokers=("sqs",),
    backends=(),
    url="sqs://",
    login=Login.IDENTITY,
    lines=(
        Line(
            Aspect.CREATE,
            "`create-queues`, once and after each change of limits; see what is said about SQS above",
            HERE + "docs/decisions/0020-sqs.md",
        ),
        Line(Aspect.TLS, "always: a URL without a host leads to AWS over HTTPS", HERE + "kombu/transport/SQS"),
        Line(
            Aspect.LOGIN,
            "the role of the task, the pod or the instance, which boto3 finds; no key stands anywhere",
            HERE + "celery-reference 2.1; kombu/transport/SQS",
        ),
        Line(Aspect.FAILOVER, "messages are kept in several zones of the region; nothing to do", UNVERIFIED),
        Line(
            Aspect.SIZE,
            "1 MiB, with what Celery adds: some 780 kB of arguments",
            HERE + "botocore's service model; celery-reference R21",
        ),
    ),
    regions=Regions(
        Span.OWN,
        "queues of its own: what waits in this one stays in it",
        HERE + "the URL of a queue names its region; kombu/transport/SQS",
    ),
    tied=True,
)
S3 = Managed(
    name="Amazon S3",
    brokers=(),
    backends=("s3",),
    url="s3://{store}",
    login=Login.IDENTITY,
    lines=(
        Line(Aspect.CREATE, "the bucket and its lifecycle rule, as is said under results", HERE + "decision 0021; R25"),
        Line(Aspect.TLS, "always", UNVERIFIED + "; botocore"),
        Line(Aspect.LOGIN, "the role of the task, the pod or the instance", HERE + "celery-reference 3"),
        Line(Aspect.FAILOVER, "objects are kept in several zones of the region; nothing to do", UNVERIFIED),
    ),
    regions=Regions(
        Span.COPY,
        "replication rules copy to a bucket with a name of its own, a while later; a Multi-Region Access Point is "
        "an ARN in place of a name, which nobody tried with this project",
        READ_LATER + "S3, Multi-Region Access Points",
    ),
    tied=True,
)
ELASTICACHE_MEMCACHED = Managed(
    name="Amazon ElastiCache for Memcached",
    brokers=(),
    backends=("memcached",),
    url="cache+memcached://NAME.xxxxxx.0001.REGION.cache.amazonaws.com:11211/",
    login=Login.NETWORK,
    lines=(
        Line(Aspect.CREATE, "one node, without TLS, in the private network of the workers", UNVERIFIED),
        Line(Aspect.TLS, "this project's client asks for none", HERE + "model/backends/memcached.py"),
        Line(Aspect.LOGIN, "none: keep it where only your own processes reach it", HERE + "decision 0032"),
        Line(Aspect.FAILOVER, "a node that is replaced begins empty: its results are gone", UNVERIFIED),
    ),
    regions=Regions(
        Span.OWN,
        "nodes of its own, which begin empty",
        UNVERIFIED,
    ),
)

AWS = Cloud(
    kind="aws",
    label="Amazon Web Services",
    why="SQS, S3 and DynamoDB with the role of the machine; RabbitMQ, Redis, Valkey and databases are managed too",
    services=(
        ELASTICACHE,
        AMAZON_MQ,
        SQS,
        RDS_POSTGRESQL,
        RDS_MYSQL,
        DYNAMODB,
        S3,
        DOCUMENTDB,
        ELASTICACHE_MEMCACHED,
    ),
    unsuitable=(
        Unsuitable(
            "Amazon MemoryDB",
            ("redis", "valkey"),
            "it speaks the cluster protocol even with one shard, and kombu has no cluster client (R71)",
            READ + "AWS re:Post, MOVED of MemoryDB; celery-reference R71",
        ),
        Unsuitable(
            "ElastiCache Serverless",
            ("redis", "valkey"),
            "it speaks the cluster protocol, and kombu has no cluster client (R71)",
            UNVERIFIED + "; celery-reference R71",
        ),
        Unsuitable(
            "ElastiCache and MemoryDB",
            ("redis-sentinel", "sentinel"),
            "no managed Redis answers as a Sentinel: take the kind redis or valkey and the primary endpoint",
            UNVERIFIED,
        ),
    ),
    elsewhere=(
        "AWS_ROLE_ARN, and AWS_WEB_IDENTITY_TOKEN_FILE with a token of the other cloud's identity, which an OpenID "
        "Connect provider and the role's trust policy in IAM let in; boto3 renews the role from that file"
    ),
    evidence=READ + "AWS SDKs, Assuming a role with web identity; botocore/credentials.py reads both variables",
)
