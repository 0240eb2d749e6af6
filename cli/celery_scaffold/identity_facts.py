"""What templates print about tokens of a cloud's identity: settings, imports, makers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from celery_scaffold.model.clouds.tokens import Token
    from celery_scaffold.model.project import Project
    from celery_scaffold.plan import Json

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
    makers = {token.maker for token in tokens}
    return {
        "sides": [*sides],
        "words": [token.word for token in tokens],
        "aws": "aws" in makers,
        "partials": [token.word for token in tokens if not token.resource],
        "azure": [[token.word, token.resource] for token in tokens if token.resource],
        "errors": [*dict.fromkeys(error for token in tokens for error in token.errors)],
        # Neither botocore nor google-auth has types.
        "stdlib": _in_order(
            [
                *_ALWAYS,
                *(["import os"] if "aws" in makers else []),
                *(["from typing import Any"] if makers - {"azure"} else []),
            ]
        ),
        "imports": _in_order({line for token in tokens for line in token.imports}),
        **_of_tests(project, sides),
        "login_fields": [f'"{side}_login"' for side in sides],
        **{side: ", ".join(f'"{one.word}"' for one in sides.get(side, ())) for side in ("broker", "result_backend")},
    }


def _of_tests(project: Project, sides: Mapping[str, tuple[Token, ...]]) -> dict[str, Json]:
    """What the unit tests need: a URL that asks for TLS and one that does not, and what they take URLs apart with."""
    tls = project.broker.tls if "broker" in sides else project.backend.tls
    if not sides or tls is None:
        return {}
    tokens = _each_once(sides)
    signed = any(token.word == "elasticache" for token in tokens)
    makers = {token.maker for token in tokens}
    names = {
        "SplitResult",
        *(["parse_qsl", "quote", "urlsplit"] if signed else []),
        *(["unquote"] if "azure" in makers else []),
    }
    return {
        "test_url": tls.example,
        "plain_url": f"{tls.plain}localhost/1",
        "elasticache": signed,
        "metadata": bool(makers - {"aws"}),
        "url_functions": [*sorted(names)],
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


def _in_order(lines: Iterable[str]) -> list[Json]:
    """Imports as isort has them."""
    return [*sorted(lines, key=lambda line: (line.startswith("from"), line.lower()))]
