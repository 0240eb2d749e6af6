"""What templates print about tokens of a cloud's identity: settings, imports, makers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from celery_scaffold.model.clouds.tokens import Token
    from celery_scaffold.model.project import Project
    from celery_scaffold.plan import Json

# Tokens that botocore signs, without asking anybody.
_SIGNED = frozenset({"elasticache", "rds"})
_ALWAYS = (
    "from collections.abc import Callable",
    "from functools import lru_cache",
    "from urllib.parse import SplitResult, urlsplit",
)


def identity_facts(project: Project, components: frozenset[str]) -> dict[str, Json]:
    """The tokens that each side may log in with, and what their makers need; all empty without the component.

    Args:
        project: the answers.
        components: the names of its components.
    """
    sides = logins(project, components)
    tokens = _each_once(sides)
    words = [token.word for token in tokens]
    return {
        "sides": [*sides],
        "words": [*words],
        "aws": bool(_SIGNED & set(words)),
        "azure": any(word.startswith("azure") for word in words),
        "errors": [*dict.fromkeys(error for token in tokens for error in token.errors)],
        "stdlib": _in_order(_standard(words)),
        "imports": _in_order({line for token in tokens for line in token.imports}),
        **_of_tests(project, sides, words),
        "login_fields": [f'"{side}_login"' for side in sides],
        **{side: ", ".join(f'"{one.word}"' for one in sides.get(side, ())) for side in ("broker", "result_backend")},
    }


def _of_tests(project: Project, sides: Mapping[str, tuple[Token, ...]], words: list[str]) -> dict[str, Json]:
    """What the unit tests need: a URL that asks for TLS and one that does not, and what they take URLs apart with."""
    if not sides:
        return {}
    tls = project.broker.tls if "broker" in sides else project.backend.tls
    if tls is None:
        raise AssertionError("a token goes over TLS")
    elasticache = "elasticache" in words
    azure = any(word.startswith("azure") for word in words)
    return {
        "test_url": tls.example,
        "plain_url": f"{tls.plain}localhost/1",
        "elasticache": elasticache,
        "metadata": bool(set(words) - _SIGNED),
        "url_functions": [
            "SplitResult",
            *(["parse_qsl"] if elasticache else []),
            *(["quote"] if elasticache else []),
            *(["unquote"] if azure else []),
            *(["urlsplit"] if elasticache else []),
        ],
    }


def logins(project: Project, components: frozenset[str]) -> Mapping[str, tuple[Token, ...]]:
    """For each setting that may log in with tokens, named without `_url`: which, if the project makes any."""
    return project.tokens if "identity" in components else {}


def login_variables(project: Project, components: frozenset[str]) -> list[tuple[str, str, str]]:
    """Name without prefix, default and use of each variable that says how to log in."""
    return [
        (
            f"{side}_LOGIN".upper(),
            "password",
            f"what logs in to the {side.replace('_', ' ')}: password, or "
            + ", or ".join(f"{token.word} for {token.what}" for token in tokens),
        )
        for side, tokens in logins(project, components).items()
    ]


def token_requirements(project: Project, components: frozenset[str]) -> set[str]:
    """The packages that make the tokens."""
    return {one for token in _each_once(logins(project, components)) for one in token.requirements}


def token_packages(project: Project, components: frozenset[str]) -> set[str]:
    """Those among them that have no types."""
    return {one for token in _each_once(logins(project, components)) for one in token.untyped}


def _each_once(sides: Mapping[str, tuple[Token, ...]]) -> tuple[Token, ...]:
    return tuple(dict.fromkeys(token for tokens in sides.values() for token in tokens))


def _standard(words: list[str]) -> list[str]:
    """What the makers need of the standard library: each caches, and botocore and google-auth have no types."""
    untyped = any(not word.startswith("azure") for word in words)
    return [*_ALWAYS, *(["from typing import Any"] if untyped else [])]


def _in_order(lines: Iterable[str]) -> list[Json]:
    """Imports as isort has them."""
    return [*sorted(lines, key=lambda line: (line.startswith("from"), line.lower()))]
