"""Measures the voice that carries its own words, judged by Debian's ffmpeg and sox: `make bench-audio`."""
