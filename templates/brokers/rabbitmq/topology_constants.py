#: Times RabbitMQ delivers a message again because its worker was lost; then it is a dead letter.
DELIVERY_LIMIT = {{ cookiecutter._timing.delivery_limit }}
DEAD_LETTER_EXCHANGE = "{{ cookiecutter.project_slug }}.dead-letters"
DEAD_LETTER_QUEUE = "{{ cookiecutter.project_slug }}.dead-letters"
