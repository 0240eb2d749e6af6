"""The table of update cases, and what runs it against any tool that updates projects from templates."""
