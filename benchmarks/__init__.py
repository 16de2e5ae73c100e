"""`python -m benchmarks` measures the simulator: CPU per request, time to the first answer, memory."""
