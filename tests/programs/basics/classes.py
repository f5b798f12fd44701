"""Classes: methods, inheritance, special methods, properties."""
class Animal:
    count = 0

    def __init__(self, name):
        self.name = name
        Animal.count += 1

    def speak(self):
        return f"{self.name} makes a sound"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"


class Dog(Animal):
    def speak(self):
        return super().speak() + ": woof"

    @property
    def loud(self):
        return self.name.upper()

    @staticmethod
    def legs():
        return 4

    @classmethod
    def named(cls, name):
        return cls(name)


d = Dog("Rex")
print(d.speak(), d, d.loud, Dog.legs(), Dog.named("Ace"), Animal.count, isinstance(d, Animal), issubclass(Dog, Animal), type(d).__name__)
d.tricks = ["sit"]
d.tricks.append("roll")
print(vars(d), hasattr(d, "tricks"), getattr(d, "missing", None))


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __str__(self):
        return f"<{self.x}, {self.y}>"


v = Vector(1, 2) + Vector(3, 4)
print(v, v == Vector(4, 6), len(v), v[0], list(v))
