"""The databases of Amazon Web Services."""

from __future__ import annotations

from celery_scaffold.model.clouds import tokens
from celery_scaffold.model.clouds.cloud import (
    HERE,
    READ,
    READ_LATER,
    UNVERIFIED,
    Aspect,
    Line,
    Login,
    Managed,
    Regions,
    Span,
)

_BUNDLE = "global-bundle.pem"
_RDS_TLS = (
    Line(
        Aspect.TLS,
        "the authorities are Amazon's own, and have to be in the image",
        READ + "RDS, Using SSL with a PostgreSQL DB instance",
    ),
    Line(Aspect.TLS, "global-bundle.pem is downloaded from truststore.pki.rds.amazonaws.com", UNVERIFIED),
)

RDS_POSTGRESQL = Managed(
    name="Amazon RDS or Aurora for PostgreSQL",
    brokers=("pgmq",),
    backends=("postgresql",),
    url="pgmq://USER@NAME.xxxxxx.REGION.rds.amazonaws.com:5432/{package}?sslmode=verify-full",
    results_url="db+postgresql+psycopg://USER@NAME.xxxxxx.REGION.rds.amazonaws.com:5432/{package}?sslmode=verify-full",
    login=Login.TOKEN,
    token=tokens.RDS,
    ca=_BUNDLE,
    lines=(
        Line(Aspect.CREATE, "several zones, and a database of this project's own", UNVERIFIED),
        *_RDS_TLS,
        Line(
            Aspect.LOGIN,
            "with the component identity, and rds in {login}, the role of the task, the pod or the instance, which may "
            "rds-db:connect as the user of the URL, who has been granted rds_iam; a token is valid for 15 minutes, and "
            "each new connection is given a new one; AWS_REGION says where. Or a password in {password_file}",
            READ + "AWS re:Post, Connect to RDS for PostgreSQL using IAM",
        ),
        Line(
            Aspect.FAILOVER,
            "the name of the endpoint moves to the standby; connections that the server closed are made anew",
            UNVERIFIED + "; pool_pre_ping is on",
        ),
        Line(
            Aspect.DIFFERENT,
            "from PostgreSQL 15 on the server refuses connections without TLS (rds.force_ssl=1)",
            READ + "RDS, Updating applications to use new SSL/TLS certificates",
        ),
    ),
    regions=Regions(
        Span.FOLLOWS,
        "of Aurora, a global database, whose name {host} leads to the region that leads once somebody has switched "
        "over; of RDS, replicas with names of their own",
        READ_LATER + "AWS Database Blog, Aurora Global Database writer endpoint; its certificate was not seen",
        host="NAME.global-xxxxxx.global.rds.amazonaws.com",
    ),
)
RDS_MYSQL = Managed(
    name="Amazon RDS or Aurora for MySQL",
    brokers=(),
    backends=("mysql",),
    url="db+mysql+pymysql://USER@NAME.xxxxxx.REGION.rds.amazonaws.com:3306/{package}?ssl_ca=/run/tls/global-bundle.pem",
    login=Login.PASSWORD,
    lines=(
        Line(Aspect.CREATE, "several zones, and a database of its own for results", UNVERIFIED),
        *_RDS_TLS,
        Line(
            Aspect.LOGIN,
            "a password in {password_file}; IAM needs the plugin mysql_clear_password, which nobody tried "
            "with this project",
            UNVERIFIED,
        ),
        Line(Aspect.FAILOVER, "the name of the endpoint moves to the standby", UNVERIFIED + "; pool_pre_ping is on"),
        Line(
            Aspect.SIZE,
            "max_allowed_packet of the parameter group: raise it for results of more than some MiB",
            UNVERIFIED,
        ),
    ),
    regions=Regions(
        Span.FOLLOWS,
        "of Aurora, a global database, whose name {host} leads to the region that leads once somebody has switched "
        "over; of RDS, replicas with names of their own",
        READ_LATER + "AWS Database Blog, Aurora Global Database writer endpoint; its certificate was not seen",
        host="NAME.global-xxxxxx.global.rds.amazonaws.com",
    ),
)
DYNAMODB = Managed(
    name="Amazon DynamoDB",
    brokers=(),
    backends=("dynamodb",),
    url="dynamodb://REGION/{store}",
    login=Login.IDENTITY,
    lines=(
        Line(Aspect.CREATE, "the table and its time to live, as is said under results", HERE + "docs/decisions/0021"),
        Line(Aspect.TLS, "always", UNVERIFIED + "; botocore"),
        Line(Aspect.LOGIN, "the role of the task, the pod or the instance", HERE + "celery-reference 3"),
        Line(Aspect.FAILOVER, "items are kept in several zones of the region; nothing to do", UNVERIFIED),
        Line(Aspect.SIZE, "400 kB, a result with its key", HERE + "model/backends/dynamodb.py; refused by moto"),
    ),
    regions=Regions(
        Span.EVERYWHERE,
        "a global table is read and written in each of its regions, and the last writer wins",
        READ_LATER + "DynamoDB, Using global tables",
    ),
    tied=True,
)
DOCUMENTDB = Managed(
    name="Amazon DocumentDB",
    brokers=(),
    backends=("mongodb",),
    url=(
        "mongodb://USER:PASSWORD@NAME.cluster-xxxxxx.REGION.docdb.amazonaws.com:27017/{package}"
        "?authSource=admin&tls=true&tlsCAFile=/run/tls/global-bundle.pem&replicaSet=rs0&retryWrites=false"
    ),
    login=Login.PASSWORD,
    lines=(
        Line(
            Aspect.CREATE,
            "a replica in another zone, and {url_file} instead of a password in the environment",
            UNVERIFIED,
        ),
        Line(
            Aspect.TLS,
            "the authorities are Amazon's own: global-bundle.pem, named in the URL",
            UNVERIFIED,
        ),
        Line(Aspect.LOGIN, "a user with a password", UNVERIFIED),
        Line(Aspect.FAILOVER, "the name of the cluster endpoint moves to the new primary", UNVERIFIED),
        Line(
            Aspect.DIFFERENT,
            "engines before 8.0.2 refuse writes that PyMongo would repeat: keep retryWrites=false for them. It is "
            "not MongoDB itself, and nobody ran Celery's calls on it",
            READ + "DocumentDB, Retryable writes",
        ),
    ),
    regions=Regions(
        Span.COPY,
        "a global cluster copies to another region; the copy has an address of its own until somebody promotes it",
        UNVERIFIED,
    ),
)
