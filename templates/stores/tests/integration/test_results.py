{% include "backend/test_results.py" %}
