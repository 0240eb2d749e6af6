"""Passwords that change while processes run: each new connection asks for the present one.

For that it stands beside a URL without a password, in …_PASSWORD_FILE. Whoever replaces a password
tells the server first, or lets both be valid for a while: connections that are open stay open.
"""

import logging
from urllib.parse import unquote, urlsplit

import celery.app.amqp
import kombu
from amqp.exceptions import AccessRefused
from amqp.sasl import PLAIN
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.pyamqp import SSLTransport
from sqlalchemy import Engine, event

from standard_rabbitmq.settings import SettingsError, get_settings, secret_in_file

logger = logging.getLogger(__name__)

_last: dict[str, str] = {}


def present(setting: str) -> str:
    """Return a password as its file has it now, or as it was at the start where there is no file.

    A file that cannot be read, or is empty since it is being written, leaves the last one in force:
    if that is no longer valid, the server says so and the next connection asks again.
    """
    try:
        password = secret_in_file(setting)
    except SettingsError as error:
        logger.warning("%s; the last password is used", error)
        password = None
    if password:
        _last[setting] = password
    given = getattr(get_settings(), setting)
    return _last.get(setting) or (given.get_secret_value() if given else "")


def user_of(urls: str) -> str:
    """Return the user of a URL, or of the first of several."""
    return unquote(urlsplit(urls.partition(";")[0]).username or "")


class BrokerPassword(PLAIN):
    """What py-amqp logs in with.

    kombu takes a function for a password, but forgets it when it goes on to the next host of a
    cluster (`Connection.switch` in kombu/connection.py).
    """

    def __init__(self) -> None:
        user = user_of(get_settings().broker_url.get_secret_value()) or "guest"
        super().__init__(user, None)

    def start(self, connection: object) -> object:
        return PLAIN(self.username, present("broker_password")).start(connection)


class Connection(kombu.Connection):
    """A refused login is tried again, like a server that is away: the password may be on its way.

    kombu would not, and a worker would end.
    """

    def _establish_connection(self) -> object:
        try:
            return super()._establish_connection()
        except AccessRefused as error:
            raise PermissionError(str(error)) from error


class AMQP(celery.app.amqp.AMQP):
    """Celery's, with the connection above."""

    Connection = Connection


class Transport(SSLTransport):
    """kombu's for `amqps`, but each host of a cluster has to show its own name.

    kombu writes the name of the first host into the options, where it stays, and then looks for it
    in the certificates of the others (kombu/transport/pyamqp.py, `establish_connection`).
    """

    def establish_connection(self) -> object:
        if isinstance(self.client.ssl, dict):
            # A copy: the options themselves are those of all connections.
            self.client.ssl = {**self.client.ssl, "server_hostname": None}
        return super().establish_connection()


# For the connections of senders too, which kombu's pool makes of a class of its own.
TRANSPORT_ALIASES["amqps"] = f"{__name__}:{Transport.__name__}"


def log_in_with_present_password(engine: Engine) -> None:
    """Have each new connection of an engine ask for the password."""

    @event.listens_for(engine, "do_connect")
    def add_password(
        _dialect: object, _record: object, _arguments: object, parameters: dict[str, object]
    ) -> None:
        parameters["password"] = present("result_backend_password")
