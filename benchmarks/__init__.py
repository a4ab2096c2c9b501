"""Speed as ratios in one run, against a peer or a floor. Run ``make bench``."""

import publisher  # noqa: F401 - before numpy, which takes from it how many threads to use
