"""Each framework's own words for the workloads: `on_NAME.py` has VERSION and WORKLOADS."""
