"""Runs the contract suite as a program of its own and tells what it finds. Judges nothing itself, sends no request."""
