"""How alike two pictures are composed: a perceptual hash of 64 bits."""

import cv2
import numpy as np


def composition(luma):
    """(64,) bool: the signs about their median of the lowest frequencies of an (h, w) uint8 luma plane."""
    small = cv2.resize(luma, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:8, :8].ravel()
    return low > np.median(low[1:])


def distance(one, other):
    """Bits that differ: 0 is the same composition, 32 is what two strangers have."""
    return int(np.count_nonzero(one != other))
