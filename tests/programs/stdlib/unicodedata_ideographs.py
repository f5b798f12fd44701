"""unicodedata: the names of ideographs are made of their numbers, written in one way only."""
import unicodedata
for n in ["CJK UNIFIED IDEOGRAPH-03400","CJK UNIFIED IDEOGRAPH-33FF","CJK UNIFIED IDEOGRAPH-F900","cjk unified ideograph-3400","CJK UNIFIED IDEOGRAPH-20000","CJK UNIFIED IDEOGRAPH-2FFFF"]:
    try: print(ascii(unicodedata.lookup(n)))
    except KeyError as e: print(e)
