    Request = "{{ cookiecutter._project.package }}.worker.request:Request"
