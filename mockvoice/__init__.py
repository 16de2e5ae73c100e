"""mockvoice: voice APIs on your own machine. Importing this package loads nothing else."""

__version__ = "0.1.0"
