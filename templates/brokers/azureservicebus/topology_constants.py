#: For so long Service Bus itself holds a message that is to wait: as long as it may be.
BROKER_DELAY = {{ cookiecutter._broker.native_delay }}
#: For so long a message is locked: a killed worker's tasks run again after it. Workers renew it
#: three times as often. Service Bus would allow 300.
LOCK = 60
#: Deliveries of a message that nobody acknowledged, as its worker was lost; then Service Bus moves
#: it to the dead letters.
MAX_RECEIVES = {{ cookiecutter._timing.delivery_limit }}
DEAD_LETTER_QUEUE = "{{ cookiecutter._broker.dead_letter_queue }}"
{% if cookiecutter._components.beat %}
#: Which beat leads, and when each entry last ran: worker/beat.py.
BEAT_QUEUE = "{{ cookiecutter.project_slug }}.beat"
#: Seconds without a word from the leader, after which another beat leads.
BEAT_LOCK = {{ cookiecutter._timing.beat_lock_timeout }}
{% endif %}
#: Bytes of a message, with all that Celery and kombu add to the arguments. The standard tier takes
#: 256 KiB, its own headers included.
LARGEST_MESSAGE = 255 * 1024
