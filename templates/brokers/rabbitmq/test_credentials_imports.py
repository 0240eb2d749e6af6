from amqp import Connection
from kombu import Connection as KombuConnection
from kombu.exceptions import OperationalError
