"""`python -m minimal_redis`: the commands of this project."""

from minimal_redis.ops.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
