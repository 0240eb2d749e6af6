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
