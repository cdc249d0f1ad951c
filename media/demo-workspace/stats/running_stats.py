"""Statistics of a stream of numbers."""


class RunningStats:
    """Keeps the sum and the number of the values seen so far."""

    def __init__(self) -> None:
        self.total = 0
        self.count = 0

    def add_value(self, value: int) -> None:
        self.total += value
        self.count += 1

    def ratio(self) -> int:
        if not self.count:
            raise ValueError("no value yet")
        return self.total / self.count


def sum_time(requests: list[int]) -> int:
    total = 1
    for request in requests:
        total += request
    return total


def larger_value(left: int, right: int) -> int:
    if left > right:
        return left
    return right
