"""What a match says: one reader for each kind of time in `qa.dates.rules`."""

from __future__ import annotations

import re

from qa.dates.days import IN_MONTHS, Days, Interval, Side, When, around, shifted
from qa.dates.words import (
    ADDRESS,
    AMOUNT,
    BARE_MONTHS,
    BEFORE_ME,
    EACH,
    NO_WEEKDAY,
    OFFSETS,
    SHARE,
    SOUTH,
    STOP,
    UNITS,
    VAGUE,
    WEEKDAYS,
    Scan,
    is_behind,
    number,
    plain,
    word_before,
)

OLD = 50
"""From here on a year of two digits is one of the last century."""
OLD_DECADE = 30
"""Likewise a decade: "thập niên 30" is long past."""


def _year(match: re.Match[str], scan: Scan) -> int | None:
    """The year that a match names; None where it names none, or one after an unknown day."""
    groups = match.groupdict().get
    if digits := groups("y"):
        year = int(digits)
        return year if len(digits) > len("24") else year + (2000 if year < OLD else 1900)
    spoken = groups("spoken")
    return scan.now.year + OFFSETS[plain(spoken)] if spoken and scan.now else None


def dated(match: re.Match[str], scan: Scan) -> When:
    """A year, month or day of the calendar, or several in a row: groups y y2, m m2, d1 d.

    "Giêng" and "chạp" alone may be January and December, but a day in them is one of the moon's calendar.
    """
    groups = match.groupdict().get
    year, side = _year(match, scan), plain(groups("side"))
    towards: Side = "ahead" if "toi" in side else "past" if "vua" in side else ""
    if not groups("m"):
        return Days((1, 1), (12, 0), year, int(groups("y2") or match["y"]) - year + 1 if year else 1)
    month = number(match["m"])
    if day := groups("d"):
        if plain(match["m"]) in {"gieng", "chap"}:
            return None
        return Days((month, int(groups("d1") or day)), (month, int(day)), year, 1, towards)
    return Days((month, 1), (number(groups("m2") or match["m"]), 0), year, 1, towards)


def numeric_day(match: re.Match[str], scan: Scan) -> When:
    """A date like 20/5, or "20 tháng 5", that may be a fraction, an address, a score (2-1) or a decimal (28.6)."""
    groups = match.groupdict().get
    told = len(groups("y") or "") == len("2024") or (match["pre"] and not match["near"])
    separator = groups("sep") or "/"
    if (groups("and") or "-").strip() not in "-–—" and not match["pre"] and not is_behind("từ", match, scan):
        raise LookupError("another number before a date")
    if match["pre"].startswith("ng") and is_behind(EACH, match, scan):
        raise LookupError("so much a day")
    if _is_unclear(match, scan):
        raise LookupError("a duration")
    if not told and (separator == "-" or (_is_share if separator == "/" else _is_decimal)(match, scan)):
        raise LookupError("no date")
    return dated(match, scan)


def _is_share(match: re.Match[str], scan: Scan) -> bool:
    """Whether a number with a stroke counts something ("2/3 dân số") or stands in an address."""
    if is_behind(ADDRESS, match, scan) or word_before(match, scan).isdecimal() or _is_counting(match, scan):
        return True
    behind = scan.lowered[match.end() : match.end() + 2].strip()
    return behind.isdecimal() or (int(match["d"]) < number(match["m"]) and is_behind(SHARE, match, scan))


def _is_decimal(match: re.Match[str], scan: Scan) -> bool:
    """Whether a number with a full stop is no end of a period "từ 28.6 đến 30.6"."""
    return not scan.grammar.framed.search(scan.lowered, max(0, match.start() - 32), match.end() + 32)


def _is_counting(match: re.Match[str], scan: Scan) -> bool:
    return bool(scan.grammar.counted.match(scan.lowered, match.end()))


def bare_year(match: re.Match[str], scan: Scan) -> When:
    """A number that looks like a year or a month of a year, without a word that says so."""
    before = scan.lowered[max(0, match.start() - 2) : match.start()]
    if before[-1:] in set("-/$€£#+") or before == "/ ":
        raise LookupError("part of a number or name")
    if is_behind(AMOUNT, match, scan) or _is_counting(match, scan):
        raise LookupError("an amount")
    if match["y"] < "19" and before[-1:] != "(" and not is_behind("đoạn kỳ kì khóa khoá", match, scan):
        raise LookupError("an amount between two others")
    return dated(match, scan)


def year(match: re.Match[str], scan: Scan) -> When:
    """A year behind "năm", unless so much is counted every year."""
    south = match.group().startswith("nam") and word_before(match, scan) in SOUTH.split()
    if south or (is_behind(EACH, match, scan) and _is_counting(match, scan)):
        raise LookupError("the south, or so much a year")
    return dated(match, scan)


def month(match: re.Match[str], scan: Scan) -> When:
    """A month; in words it must be told from "tháng năm" (time), "tháng một lần" and bare "thang sau" (next month)."""
    word = plain(match["m"])
    if _is_unclear(match, scan) or (word in {"nam", "mot"} and not _is_told(match, scan)):
        raise LookupError("no month")
    if not match["y"] and is_behind(EACH, match, scan):
        raise LookupError("so much a month")
    return dated(match, scan)


def _is_unclear(match: re.Match[str], scan: Scan) -> bool:
    """Whether a text without accents may say something else than a month: "6 tháng tù", "tháng sau"."""
    groups = match.groupdict().get
    named = groups("y") or groups("spoken")
    return scan.grammar.spelling == "bare" and not named and plain(match["m"]) in BARE_MONTHS


def _is_told(match: re.Match[str], scan: Scan) -> bool:
    return bool(match["y"] or match["spoken"] or scan.composed[match.start("m")].isupper())


def foreign_day(match: re.Match[str], scan: Scan) -> When:
    """A month with an English or Russian name; "may" is also a Vietnamese word: "may 20 bộ", "10 máy"."""
    if match["m"] == "may":
        named = match["y"] or is_behind("on by since until from to before after", match, scan)
        if not named or _is_counting(match, scan):
            raise LookupError("no month")
    return dated(match, scan)


def quarter(match: re.Match[str], scan: Scan) -> Days:
    """A quarter of a year; bare "quy ba" may be "quý bà"."""
    if (
        plain(match["q"]) in {"mot", "hai", "ba", "tu"}
        and scan.grammar.spelling == "bare"
        and not match["y"]
        and not match["spoken"]
    ):
        raise LookupError("no quarter")
    last = 3 * number(match["q"])
    return Days((last - 2, 1), (last, 0), _year(match, scan))


def months_of_year(match: re.Match[str], scan: Scan) -> Days:
    """The first or last so many months or quarters of a year."""
    count = number(match["n"]) * IN_MONTHS[_unit(match)]
    first, last = (1, count) if plain(match["w"]) == "dau" else (13 - count, 12)
    return Days((first, 1), (last, 0), _year(match, scan))


def decade(match: re.Match[str], _: Scan) -> Days:
    """Ten years; of two digits, 00 to 20 are of this century unless the phrase says otherwise."""
    first = int(match["decade"])
    if len(match["decade"]) == len("90"):
        first += 2000 if first < OLD_DECADE and not match["past"] else 1900
    return Days((1, 1), (12, 0), first, 10)


def century(match: re.Match[str], scan: Scan) -> When:
    """A hundred years from the one that ends in 01."""
    word = plain(match["century"])
    if word not in OFFSETS:
        count = number(word)
    elif scan.now:
        count = (scan.now.year + 99) // 100 + OFFSETS[word]
    else:
        return None
    return Days((1, 1), (12, 0), 100 * count - 99, 100)


def _unit(match: re.Match[str]) -> str:
    word = plain(match["u"])
    return UNITS.get(word, word)


def relative(match: re.Match[str], scan: Scan) -> When:
    """Units from now: "tuần trước", "năm nay"; "tuần qua" is the seven days up to now."""
    unit, word = _unit(match), plain(match["w"])
    before = word_before(match, scan)
    wrong = match["w"] == ("này" if unit == "nam" else "nay") and scan.grammar.spelling == "accented"
    wrong |= match["u"] == "nam" and before in SOUTH.split()
    if wrong or before.isdecimal() or (is_behind(VAGUE, match, scan) and before != "nam"):
        raise LookupError("so many of them, or the south")
    if word in {"ngoai", "kia"} and unit != "nam":
        raise LookupError("no such month")
    if scan.now is None:
        return None
    if word == "qua":
        return Interval(shifted(scan.now, unit, -1), scan.now)
    return around(shifted(scan.now, unit, OFFSETS[word]), unit)


def day_of_month(match: re.Match[str], scan: Scan) -> When:
    """A day of a month seen from now: "ngày 5 tháng trước"."""
    when = relative(match, scan)
    if not isinstance(when, Days):
        return None
    day = (when.start[0], int(match["day"]))
    return when._replace(start=day, end=day)


def counted(match: re.Match[str], scan: Scan) -> When:
    """So many units: "trong 3 ngày qua" is up to now, "3 ngày trước" the day, week, month or year so long ago."""
    groups = match.groupdict().get
    word = plain(groups("w")) or ("truoc" if groups("ago") else "qua" if groups("past") else "")
    south = match["n"] == "nam" and word_before(match, scan) in SOUTH.split()
    if not word or south or is_behind("ngày hôm mùng mồng tháng thứ", match, scan):
        raise LookupError("a duration")
    if scan.now is None:
        return None
    unit, count = _unit(match), number(match["n"])
    back = word in {"truoc", "ago"}
    if unit == "gio" and word == "toi" and scan.grammar.spelling == "bare":
        raise LookupError("an hour of the evening")
    if unit in {"gio", "tieng"}:
        unit, count = "ngay", count // 24 if back else -(-count // 24)
    if back:
        return around(shifted(scan.now, unit, -count), unit)
    if word.endswith("toi"):
        return Interval(scan.now, shifted(scan.now, unit, count))
    return Interval(shifted(scan.now, unit, -count), scan.now)


def near_day(match: re.Match[str], scan: Scan) -> When:
    """A day beside today: "hôm qua", "sáng mai"; bare "ngay mot" is "ngày một", and "toi nay" may be "tội này"."""
    if scan.grammar.spelling == "bare":
        word = plain(match.group())
        if word == "ngay mot" or (word.startswith("toi") and is_behind(BEFORE_ME, match, scan)):
            raise LookupError("no day")
    return around(shifted(scan.now, "ngay", OFFSETS[plain(match["near"])]), "ngay") if scan.now else None


def weekday(match: re.Match[str], scan: Scan) -> When:
    """The last such day, or the one of the week that is named."""
    if is_behind(NO_WEEKDAY, match, scan) or (match["order"] and not _is_weekday(match, scan)):
        raise LookupError("every such day, or an ordinal number")
    if scan.now is None:
        return None
    day, tail = WEEKDAYS[plain(match["weekday"])], plain(match["tail"])
    offset = OFFSETS[tail.removeprefix("tuan ")] if tail else 0
    ahead = (day - scan.now.weekday()) % 7
    if tail.startswith("tuan") or (tail and offset == 0):
        distance = day - scan.now.weekday() + 7 * offset
    elif offset > 0:
        distance = ahead or 7
    else:
        distance = ahead - 7 if ahead or tail else 0
    return around(shifted(scan.now, "ngay", distance), "ngay")


def _is_weekday(match: re.Match[str], scan: Scan) -> bool:
    """Whether "thứ ba" is Tuesday and not the third: a part of the day, a week or a capital letter says so."""
    tail, pre = plain(match["tail"]), set(plain(match["pre"]).split())
    if pre - {"ngay"} or "tuan" in tail or "vua" in tail:
        return True
    if scan.grammar.spelling == "bare":
        return False
    before, at_end = word_before(match, scan), bool(STOP.match(scan.lowered, match.end()))
    told = (at_end or not before) if tail else (at_end and before == "vào")
    return told or scan.composed[match.start("weekday")].isupper()
