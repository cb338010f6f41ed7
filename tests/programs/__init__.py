"""Random programs, and the checks each must pass: see `test_programs.py`."""
