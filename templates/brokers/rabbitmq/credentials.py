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
