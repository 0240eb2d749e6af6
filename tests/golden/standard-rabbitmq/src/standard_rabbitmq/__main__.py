"""`python -m standard_rabbitmq`: the commands of this project."""

from standard_rabbitmq.ops.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
