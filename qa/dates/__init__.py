"""Time phrases and the days that they mean: "tháng 7 năm ngoái", "từ 8 đến 9/4"."""

from qa.dates.phrases import Interval, TimePhrase, time_phrases

__all__ = ["Interval", "TimePhrase", "time_phrases"]
