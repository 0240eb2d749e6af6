{% include "backend/test_result_settings.py" %}
