#: Pub/Sub delivers a message to another worker when the one that holds it was silent for so long. A
#: worker that lives says so four times in that time, however long a task takes.
ACK_DEADLINE = 60
#: Deliveries of a message that nobody acknowledged, as its worker was lost; then Pub/Sub moves it
#: to the dead letters. A worker that stops returns messages, which counts too: twice the attempts.
#: Pub/Sub takes 5 to 100.
MAX_DELIVERIES = max(5, 2 * MAX_ATTEMPTS)
#: For so long a pull stays open until a message comes. A worker that stops hears its pull out.
POLL_TIME = 5
DEAD_LETTER_QUEUE = "{{ cookiecutter._broker.dead_letter_queue }}"
{% if cookiecutter._components.beat %}
#: Which beat leads, and when each entry last ran: worker/beat.py.
BEAT_QUEUE = "{{ cookiecutter.project_slug }}-beat"
#: Seconds without a word from the leader, after which another instance leads.
BEAT_LEASE = 30
{% endif %}
#: Pub/Sub drops a message that is older, dead letters too.
RETENTION = 7 * 24 * 60 * 60
#: Bytes of a message, with all that Celery and kombu add to the arguments; the name of its topic
#: has its part in the 10 MB of a request.
LARGEST_MESSAGE = 10_000_000 - 1_000
