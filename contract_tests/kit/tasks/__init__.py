"""Follows tasks from creation to result, and judges what was seen on the way."""
