"""Reads transcripts in every form, and asks operations that hear."""
