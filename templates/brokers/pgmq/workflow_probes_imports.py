from {{ cookiecutter._project.package }}.topology import DEFAULT_QUEUE, VISIBILITY_TIMEOUTS
