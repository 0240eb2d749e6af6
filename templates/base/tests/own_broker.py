{% include "broker/tests_own_broker.py" %}
