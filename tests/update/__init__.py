"""Updates of whole projects on the disk."""
