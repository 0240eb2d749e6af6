"""Short-lived tokens that a server of a cloud takes for a password, and what makes them, as types.

Each is made from the identity of the process: no secret stands anywhere. The code is `templates/_partials/identity`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    """One kind of token.

    Attributes:
        word: what the project's `…_LOGIN` is for it; the partial has the same name, unless the maker is `azure`.
        maker: whose library makes it: `aws`, which signs and asks nobody, `gcp` or `azure`.
        what: a few words for `.env.example` and the README.
        imports: the lines that its maker needs.
        errors: what its client library raises where nobody says who the process is.
        requirements: of the project, for the client library.
        untyped: those packages without types among its imports.
        evidence: where the token was read.
        resource: what a token of Entra is for; empty for all others.
    """

    word: str
    maker: str
    what: str
    imports: tuple[str, ...]
    errors: tuple[str, ...]
    requirements: tuple[str, ...]
    untyped: tuple[str, ...]
    evidence: str
    resource: str = ""


_AWS_IMPORTS = (
    "import botocore.session",
    "from botocore.exceptions import BotoCoreError, ClientError",
    "from botocore.model import ServiceId",
    "from botocore.signers import RequestSigner",
)
_AWS_ERRORS = ("BotoCoreError", "ClientError")
ELASTICACHE = Token(
    "elasticache",
    "aws",
    "a token of IAM",
    _AWS_IMPORTS,
    _AWS_ERRORS,
    ("botocore>=1.36,<2",),
    ("botocore",),
    "read 2026-12-01, not run there: ElastiCache, Authenticating with IAM; public code that logs in with it",
)
RDS = Token(
    "rds",
    "aws",
    "a token of IAM",
    _AWS_IMPORTS,
    _AWS_ERRORS,
    ("botocore>=1.36,<2",),
    ("botocore",),
    "botocore/signers.py, generate_db_auth_token: the unit test compares the two; not run there",
)
MEMORYSTORE = Token(
    "memorystore",
    "gcp",
    "an access token of the service account",
    (
        "import google.auth",
        "from google.auth.exceptions import GoogleAuthError",
        "from google.auth.transport.requests import Request",
    ),
    ("GoogleAuthError",),
    ("google-auth[requests]>=2.40,<3",),
    ("google",),
    "read 2026-12-01, not run there: Memorystore for Valkey, About IAM authentication",
)
_AZURE = (
    "from azure.core.exceptions import AzureError",
    "from azure.identity import DefaultAzureCredential",
)
AZURE_REDIS = Token(
    "azure-redis",
    "azure",
    "a token of Microsoft Entra",
    _AZURE,
    ("AzureError",),
    ("azure-identity>=1.19,<2",),
    (),
    "read 2026-12-01, not run there: Azure Managed Redis, Use Microsoft Entra ID for cache authentication",
    "https://redis.azure.com",
)
AZURE_POSTGRESQL = Token(
    "azure-postgresql",
    "azure",
    "a token of Microsoft Entra",
    _AZURE,
    ("AzureError",),
    ("azure-identity>=1.19,<2",),
    (),
    "read 2026-12-01, not run there: PyPI, azure-postgresql-auth, token scopes",
    "https://ossrdbms-aad.database.windows.net",
)
