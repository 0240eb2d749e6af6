{% include "broker/test_ops_backlog.py" %}
