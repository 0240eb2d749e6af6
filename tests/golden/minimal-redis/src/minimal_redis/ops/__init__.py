"""What people and containers run: `python -m minimal_redis`."""
