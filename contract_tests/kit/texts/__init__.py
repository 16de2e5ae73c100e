"""Asks operations that answer with texts or vectors, and judges what comes."""
