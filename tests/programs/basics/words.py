"""Counts words: the usual small program."""
text = """the quick brown fox jumps over the lazy dog
the dog barks and the fox runs away"""
counts = {}
for word in text.split():
    counts[word] = counts.get(word, 0) + 1
for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]:
    print(f"{word:<8}{count:>3} {'*' * count}")
longest = max(counts, key=len)
print(longest, len(counts), sum(counts.values()), "".join(w[0] for w in text.split()))
