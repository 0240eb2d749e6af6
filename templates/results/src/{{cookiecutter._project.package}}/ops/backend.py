{% include "backend/ops_backend.py" %}
