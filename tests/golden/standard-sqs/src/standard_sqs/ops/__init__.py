"""What people and containers run: `python -m standard_sqs`."""
