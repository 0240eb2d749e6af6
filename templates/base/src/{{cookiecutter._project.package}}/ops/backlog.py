{% include "broker/ops_backlog.py" %}
