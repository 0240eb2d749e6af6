{% if cookiecutter._sentinel.beat %}
from kombu.utils.url import parse_url
{% endif %}
from redis.backoff import NoBackoff
from redis.retry import Retry
