{% import "partials/python.jinja" as python with context %}
"""Passwords that change while processes run: each new connection asks for the present one.

For that it stands beside a URL without a password, in …_PASSWORD_FILE. Whoever replaces a password
tells the server first, or lets both be valid for a while: connections that are open stay open.
"""

import logging
{% if cookiecutter._passwords.users %}
from urllib.parse import unquote, urlsplit
{% endif %}

{% for line in cookiecutter._passwords.imports %}
{{ line }}
{% endfor %}

{% if cookiecutter._components.identity %}
from {{ cookiecutter._project.package }} import identity
{% endif %}
{{ python.import_own("settings", ["SettingsError", "get_settings", "secret_in_file"]) }}

logger = logging.getLogger(__name__)

_last: dict[str, str] = {}


def present(setting: str) -> str:
    """Return a password as its file has it now, or as it was at the start where there is no file.

{% if cookiecutter._components.identity %}
    Where tokens log in, return a new one, or the last one while the cloud does not make any.

{% endif %}
    A file that cannot be read, or is empty since it is being written, leaves the last one in force:
    if that is no longer valid, the server says so and the next connection asks again.
    """
    try:
        password = {{ "_token(setting) or secret_in_file(setting)" if cookiecutter._components.identity else "secret_in_file(setting)" }}
    except {{ "(SettingsError, *identity.ERRORS)" if cookiecutter._components.identity else "SettingsError" }} as error:
        logger.warning("%s; the last password is used", error)
        password = None
    if password:
        _last[setting] = password
    given = getattr(get_settings(), setting)
    return _last.get(setting) or (given.get_secret_value() if given else "")


{% if cookiecutter._components.identity %}
def _token(setting: str) -> str | None:
    side = setting.removesuffix("_password")
    settings = get_settings()
    login = getattr(settings, f"{side}_login", "password")
    if login == "password":
        return None
    return identity.token(login, getattr(settings, f"{side}_url").get_secret_value())


{% endif %}
{% if cookiecutter._passwords.users %}
def user_of(urls: str) -> str:
    """Return the user of a URL, or of the first of several."""
    return unquote(urlsplit(urls.partition(";")[0]).username or "")


{% endif %}
{% if cookiecutter._passwords.broker %}
{% include "broker/credentials.py" %}
{% endif %}
{% if cookiecutter._passwords.broker and cookiecutter._passwords.backend %}


{% endif %}
{% if cookiecutter._passwords.backend %}
{% include "backend/credentials.py" %}
{% endif %}
