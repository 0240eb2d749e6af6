"""What people and containers run: `python -m full_redis`."""
