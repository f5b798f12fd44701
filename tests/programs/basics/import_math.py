"""Modules written natively in CPython."""
import math
import sys
from math import pi, sqrt

print(math.floor(2.7), math.ceil(2.1), sqrt(16), round(pi, 5), math.factorial(10), math.gcd(12, 18), math.sin(0), math.log(1), math.inf, math.isnan(math.nan))
print(sys.version_info.major, sys.maxsize, sys.byteorder, __name__, len(sys.argv))
