#: Deliveries of a message that nobody acknowledged, as its worker was lost; then it is moved to the
#: dead letters.
MAX_RECEIVES = {{ cookiecutter._timing.delivery_limit }}
DEAD_LETTER_QUEUE = "{{ cookiecutter._broker.dead_letter_queue }}"
{% if cookiecutter._components.beat %}
#: Which beat leads, and when each entry last ran: worker/beat.py.
BEAT_TABLE = "{{ cookiecutter._project.package }}_beat"
{% endif %}
