"""Writing and reading files."""
with open("notes.txt", "w") as f:
    f.write("first\n")
    print("second", 2, file=f)
with open("notes.txt") as f:
    for number, line in enumerate(f, 1):
        print(number, line.rstrip())
with open("notes.txt", "a") as f:
    f.write("third\n")
print(open("notes.txt").read().splitlines())
with open("raw.bin", "wb") as f:
    print(f.write(bytes(range(5))))
print(open("raw.bin", "rb").read())
import os
os.remove("notes.txt")
print(os.path.exists("notes.txt"), os.path.exists("raw.bin"))
try:
    open("notes.txt")
except FileNotFoundError as error:
    print(error)
