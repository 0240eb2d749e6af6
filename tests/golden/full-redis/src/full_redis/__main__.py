"""`python -m full_redis`: the commands of this project."""

from full_redis.ops.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
