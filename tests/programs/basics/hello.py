print("Hello, world")
print(1 + 1)
