#: For so long SQS itself holds a message that is to wait; what is left, it waits in a worker.
BROKER_DELAY = {{ cookiecutter._broker.native_delay }}
#: Deliveries of a message that nobody acknowledged, as its worker was lost; then SQS moves it to
#: the dead letters.
MAX_RECEIVES = {{ cookiecutter._timing.delivery_limit }}
#: For so long a poll stays open until a message comes; SQS would allow 20. A worker that stops
#: hears its poll out, as a message on its way would be invisible for a visibility timeout: that
#: must fit into the shortest drain timeout.
POLL_TIME = 10
DEAD_LETTER_QUEUE = "{{ cookiecutter._broker.dead_letter_queue }}"
{% if cookiecutter._components.beat %}
#: Which beat leads, and when each entry last ran: worker/beat.py.
BEAT_QUEUE = "{{ cookiecutter.project_slug }}-beat.fifo"
{% endif %}
#: SQS drops a message that is older, dead letters too. It keeps none for longer than 14 days.
RETENTION = 14 * 24 * 60 * 60
#: Bytes of a message, with all that Celery and kombu add to the arguments.
LARGEST_MESSAGE = 1024 * 1024
