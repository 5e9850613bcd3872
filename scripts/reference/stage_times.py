"""What `vit --timing` says."""

import re


def stage_times(text):
    """Milliseconds of each stage of the whole run, and of their `total`."""
    return {
        name: float(value)
        for name, value in re.findall(r"^(load|decode|preprocess|encode|total) +([0-9.]+) ms", text, re.M)
    }
