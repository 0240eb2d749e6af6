app.amqp_cls = "{{ cookiecutter._project.package }}.credentials:AMQP"
