"""Speed as ratios in one run, against a peer or a floor. Run ``make bench``."""
