"""`python -m {{ cookiecutter._project.package }}`: the commands of this project."""

from {{ cookiecutter._project.package }}.ops.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
