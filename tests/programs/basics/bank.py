"""A small object-oriented program with errors."""
class InsufficientFunds(Exception):
    def __init__(self, need, have):
        super().__init__(f"need {need}, have {have}")
        self.short = need - have


class Account:
    interest = 0.02

    def __init__(self, owner, balance=0):
        self.owner, self._balance, self.log = owner, balance, []

    @property
    def balance(self):
        return self._balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("deposit must be positive")
        self._balance += amount
        self.log.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self._balance:
            raise InsufficientFunds(amount, self._balance)
        self._balance -= amount
        self.log.append(("withdraw", amount))

    def __lt__(self, other):
        return self.balance < other.balance


class Savings(Account):
    def add_interest(self):
        self.deposit(round(self.balance * self.interest, 2))


accounts = [Savings("ann", 100), Account("bob", 50)]
accounts[0].add_interest()
for action in (lambda: accounts[1].withdraw(80), lambda: accounts[1].deposit(-1), lambda: setattr(accounts[0], "balance", 0)):
    try:
        action()
    except InsufficientFunds as error:
        print(error, error.short)
    except (ValueError, AttributeError) as error:
        print(type(error).__name__, error)
for account in sorted(accounts):
    print(account.owner, account.balance, account.log)
