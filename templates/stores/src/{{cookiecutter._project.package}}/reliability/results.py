{% include "backend/results.py" %}
