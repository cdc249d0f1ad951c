"""Statistics of a stream of numbers."""

from bisect import insort


class RunningStats:
    """Keeps the numbers seen so far in order."""

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Takes one more number in."""
        insort(self._sorted, value)
        self._sum += value

    def mean(self) -> float:
        """The arithmetic mean; an error if there are no numbers yet."""
        if not self._sorted:
            raise ValueError("no numbers yet")
        return self._sum / len(self._sorted)

    def median(self) -> float:
        """The middle number, or the mean of the two middle ones."""
        if not self._sorted:
            raise ValueError("no numbers yet")
        middle = len(self._sorted) // 2
        if len(self._sorted) % 2 == 1:
            return self._sorted[middle]
        return (self._sorted[middle] + self._sorted[middle + 1]) / 2


def moving_average(values: list[float], window: int) -> list[float]:
    """The mean of every run of `window` neighbours."""
    return [
        sum(values[start : start + window]) / window
        for start in range(len(values) - window + 1)
    ]
