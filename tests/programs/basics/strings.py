"""Strings as every program uses them."""
name = "World"
print("Hello, " + name + "!", name.lower(), name.upper(), len(name), name[0], name[-1], name[1:3], name[::-1], "or" in name)
print(f"{name} {len(name)} {3.14159:.2f} {name!r} {5:>4}|{5:<4}|{5:^4}|")
print("%s is %d" % (name, 5), "{} {}".format("a", 1), "a,b,c".split(","), "-".join(["x", "y"]), " padded ".strip(), "abc".replace("b", "X"), "hello".find("l"), "hello".count("l"), "abc".startswith("a"), "é☃".encode())
print("line\tone\nline\\two 'quotes' \"double\"", repr("it's"), str(5) + "5", int("42") + 1, "ab" * 3, "a" < "b", ord("a"), chr(98))
for character in "abc":
    print(character, end=" ")
print()
