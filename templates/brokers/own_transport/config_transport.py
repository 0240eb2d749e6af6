{% import "partials/python.jinja" as python with context %}
# kombu with the corrections of reliability/transport.py.
{{ python.spread("TRANSPORT_ALIASES.update(", ['%s="%s.reliability.transport:Transport"' % (cookiecutter._broker.kind, cookiecutter._project.package)], ")") }}
