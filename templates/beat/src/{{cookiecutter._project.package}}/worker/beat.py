{% include "broker/beat_scheduler.py" %}
