"""What makes a task survive failures."""
