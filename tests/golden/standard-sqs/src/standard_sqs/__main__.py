"""`python -m standard_sqs`: the commands of this project."""

from standard_sqs.ops.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
