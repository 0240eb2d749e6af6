"""The result backends of Celery that we do not offer."""

from __future__ import annotations

from celery_scaffold.model.refusal import Refusal

BACKENDS_REFUSED = (
    Refusal(
        "elasticsearch",
        "Celery 5.7 gives the client that it installs an argument `timeout` that this client does not know: "
        "TypeError at the first result",
        "--backend postgresql; what dashboards read belongs in logs and metrics",
        "run with celery[elasticsearch]==5.7.0, elasticsearch 9.5.1: Elasticsearch.__init__() got an unexpected "
        "keyword argument 'timeout'",
    ),
    Refusal(
        "cassandra",
        "results never expire unless cassandra_entry_ttl is set, whatever result_expires says, each write reads first, "
        "chords are polled, and nothing here could run a cluster to prove it",
        "--backend postgresql or redis",
        "celery-reference 3; celery/backends/cassandra.py: entry_ttl",
    ),
    Refusal(
        "cosmosdbsql",
        "its client pydocumentdb is abandoned, and results never expire",
        "--backend postgresql or redis on Azure",
        "celery-reference 3; celery's METADATA: pydocumentdb==2.3.5",
    ),
    Refusal(
        "riak",
        "Celery still lists it, but the module celery.backends.riak is gone: ImportError",
        "--backend postgresql or redis",
        "celery/app/backends.py: BACKEND_ALIASES; no celery/backends/riak.py",
    ),
    Refusal(
        "couchbase",
        "chords are polled, nothing here could run a server to prove it, and its client is one more to build",
        "--backend redis or postgresql",
        "celery/backends/couchbase.py; not run",
    ),
    Refusal(
        "couchdb",
        "results never expire, and its client pycouchdb is pinned to one old version",
        "--backend postgresql",
        "celery/backends/couchdb.py: no expiry; celery's METADATA: pycouchdb==1.17.1",
    ),
    Refusal(
        "arangodb",
        "chords are polled, nothing here could run a server to prove it, and few people have one",
        "--backend postgresql",
        "celery/backends/arangodb.py; not run",
    ),
    Refusal(
        "consul",
        "each result is a session with a time to live, and Consul's store takes 512 KB at most and few writes",
        "--backend redis",
        "celery/backends/consul.py: set creates a session; the limit: general knowledge, not run",
    ),
    Refusal(
        "file",
        "it needs a folder that all machines share, and expired results are only removed by beat",
        "`make dev` keeps results without a server; --backend postgresql or redis for all else",
        "celery-reference 3 (filesystem)",
    ),
    Refusal(
        "memory",
        "results are in the memory of one process: the sender never sees those of a worker",
        "`make dev` keeps results without a server; --backend redis for all else",
        "celery-reference 3: cache+memory://",
    ),
    Refusal(
        "redis-cluster",
        "Celery has no cluster client: the keys of a chord lie in several slots",
        "--backend redis on a server whose cluster mode is off",
        "celery-reference R71",
    ),
)
