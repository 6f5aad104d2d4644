"""Which ranges of a text are page and not article.

Nothing is deleted. Each rule looks at the lines of the page and names those that are not the article's own words; the
rules know shapes (repeated lines, teasers, menus, closing markers, signatures), not particular sites.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Callable
from unicodedata import normalize

from index.clean.lines import Layout, Line, is_menu
from index.clean.metadata import is_byline
from index.records import Range
from index.text import UPPER, has_accents

SHORT = 12
"""Words of a line that is no paragraph."""
MANY_COPIES = 3
"""A short line that stands so often in one file is never the article's own."""
TEASER = 3
"""Lines of a teaser: title, title, summary."""
NAME_WORDS = 6
"""Words of an author's name, "Bài và ảnh" before it included."""
SLUG_WORDS = 3
"""A title of fewer words is not told from other words by being unaccented."""


def boilerplate(layout: Layout) -> tuple[Range, ...]:
    """The ranges that the rules name, joined where only blanks lie between; nothing if nothing else would be left."""
    named = sorted(set().union(*(rule(layout) for rule in RULES)) - {layout.title})
    ranges = [Range(layout.lines[i].start, layout.lines[i].end) for i in named]
    whole = set(named)
    ranges += [credit for i, line in enumerate(layout.lines) if i not in whole for credit in _credits(layout, line)]
    if len(named) + (layout.title is not None and len(layout.lines) > 1) >= len(layout.lines):
        return ()
    return tuple(sorted(ranges))


def repeated(layout: Layout) -> set[int]:
    """The second copy of a caption, a paragraph or the title, and every copy of a short line that stands three times."""
    copies = Counter(line.key for line in layout.lines)
    seen: set[str] = set()
    named = set()
    is_article = layout.is_article
    for index, line in enumerate(layout.lines):
        many = is_article and copies[line.key] >= MANY_COPIES and not _SENTENCE_STOP.search(line.text)
        again = line.key in seen and (line.size > SHORT or _stands_above(layout, index))
        if line.key and (again or (many and line.size <= SHORT)):
            named.add(index)
        seen.add(line.key)
    return named


def _stands_above(layout: Layout, index: int) -> bool:
    """Whether a line of some words repeats the line above it or the title."""
    places = [index - 1] if layout.title is None else [index - 1, layout.title]
    return layout.lines[index].size > SLUG_WORDS and any(layout.lines[i].key == layout.lines[index].key for i in places)


def in_many_files(layout: Layout) -> set[int]:
    """Short lines that the whole site shares; a paragraph that several papers took from one agency is not one."""
    return {i for i, line in enumerate(layout.lines) if line.key in layout.common and not line.is_prose}


def doubled_titles(layout: Layout) -> set[int]:
    """Teasers of other articles in a row: a title, the same title again, a summary, the next title, ..."""
    starts = {index for index in range(len(layout.lines) - 2) if _is_teaser(layout, index)}
    chained = {index for index in starts if index + TEASER in starts or index - TEASER in starts}
    return {index + offset for index in chained for offset in range(TEASER)}


def alternative_texts(layout: Layout) -> set[int]:
    """Unaccented picture texts in Vietnamese pages, alone or before the title of a teaser, and the teaser's summary."""
    title = layout.lines[layout.title] if layout.title is not None else None
    if layout.language != "vi" or title is None or not has_accents(title.text) or len(title.key.split()) < SLUG_WORDS:
        return set()
    slug, named = title.key, set()
    for index, line in enumerate(layout.lines):
        if line.text[: len(slug)].casefold() == slug:
            named.add(index)
            if line.key != slug and _is_cut_off(layout.lines[min(index + 1, len(layout.lines) - 1)]):
                named.add(index + 1)
    return named


def furniture(layout: Layout) -> set[int]:
    """Menus, share bars, file names of pictures, lines of links, wherever they stand."""
    return {index for index, line in enumerate(layout.lines) if is_menu(line.text) or _is_furniture(line)}


def above_the_article(layout: Layout) -> set[int]:
    """Short lines around the title of an article: slogans, dates, signatures; under the title of any text, bylines."""
    if layout.title is None or not layout.prose:
        return set()
    first = next((index for index in layout.prose if index > layout.title), layout.title)
    signs = _is_signature if layout.is_article else is_byline
    named = {index for index in range(layout.title + 1, first) if signs(layout.lines[index])}
    short = (
        index for index in range(layout.title) if layout.lines[index].size <= SHORT and not layout.lines[index].is_prose
    )
    return named | set(short if layout.is_article else ())


def related_blocks(layout: Layout) -> set[int]:
    """A marker such as "Tin liên quan" with the lines that follow it without a blank line, up to two paragraphs in a row."""
    named: set[int] = set()
    for index, line in enumerate(layout.lines):
        if index not in named and _MARKER.match(line.text) and not line.text.startswith("#"):
            named |= {index} if _is_heading(layout, index) else set(_block(layout, index))
    return named


def after_the_end(layout: Layout) -> set[int]:
    """Everything from the first marker after which the article does not come back, and the signatures before it."""
    if not layout.prose:
        return set()
    count = len(layout.lines)
    marked = (i for i in range(layout.prose[0], count) if _MARKER.match(layout.lines[i].text))
    back = _last_return(layout)
    end = next((i for i in marked if i >= back and not _is_heading(layout, i)), count)
    named = set(range(end, count))
    if not layout.is_article:
        return named
    last = end - 1
    while last > 0 and any(rule(layout.lines[last]) for rule in (_is_signature, _is_credit, _is_furniture)):
        named.add(last)
        last -= 1
    return named


Rule = Callable[[Layout], set[int]]
RULES: tuple[Rule, ...] = (
    repeated,
    in_many_files,
    doubled_titles,
    alternative_texts,
    furniture,
    above_the_article,
    related_blocks,
    after_the_end,
)

_MARKER = re.compile(
    r"^[\W_]*(?:(?:các )?(?:bài|tin|bài viết|tin tức|chủ đề)(?: viết| tức)? (?:liên quan|cùng chuyên mục|khác|mới(?: nhất)?|nổi bật|đọc nhiều|cùng chủ đề)|"
    r"tin mới|mới nhất|đọc thêm|xem thêm|xem nhiều|đọc nhiều(?: nhất)?|nổi bật|đừng bỏ lỡ|có thể bạn quan tâm|cùng chuyên mục|"
    r"(?:\(?\d+\)? )?bình luận(?: \(\d+\))?|ý kiến(?: bạn đọc)?(?: \(\d+\))?|từ khóa|tags?|chia sẻ bài viết|"
    r"related (?:articles?|posts?|news|stories|topics)|read (?:more|next)|more (?:from|on|stories)|you (?:may|might) (?:also )?like|most (?:read|popular)|"
    r"(?:leave a )?(?:comment|reply)s?(?: \(\d+\))?|recommended(?: for you)?|share this(?: article)?|"
    r"相关(?:阅读|新闻|文章|报道)|延伸阅读|推荐阅读|热门(?:新闻|文章)|责任编辑.*|читайте также|по теме|похожие (?:статьи|новости)|самое читаемое|комментарии)"
    r"\s*[:：»>]?\s*(?:$|(?<=nổi bật)\s.{1,30}$)",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"^(?:chia sẻ(?: (?:zalo|facebook|twitter|bài viết|link))*|lưu bài(?: viết)?|theo dõi .{1,40} trên(?: google news)?|in bài|sao chép link|copy link|"
    r"phiên bản di động|trang chủ|đăng nhập|đăng ký|quay lại|về đầu trang|nghe đọc bài.*|a\s?a\s?a?|powered by .*|all rights reserved.*|©.*|"
    r"bản quyền (?:thuộc|©).*|share(?: on)?(?: (?:facebook|twitter|x|linkedin|whatsapp|email))*|print|subscribe.{0,40}|sign (?:in|up)|advertisement|quảng cáo|"
    r"\S+\.(?:png|jpe?g|gif|webp|svg))$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:(?:nguồn|theo|source)\b[^:]{0,40}:\s*)?https?://\S+$", re.IGNORECASE)
_CREDIT = re.compile(r"^\(?(?:theo|nguồn|tổng hợp|according to|source)[\s:].{1,80}\)?$", re.IGNORECASE)
_PICTURE_CREDIT = re.compile(
    r"(?<![\s\-–—])[\s\-–—]*+(?:\((?:Nguồn|Ảnh|Nguồn ảnh|Photo|Source|Image)\s*:[^()]{1,60}\)|(?<=[\s.\-–—])(?:Ảnh|Nguồn ảnh|Photo|Image)\s*:\s.{1,60})\s*$"
)
_NAME = re.compile(
    rf"^(?:(?:PV|BTV|CTV|Tác giả|By|Bài|Bài và ảnh)\s*:?\s+)?[{UPPER}][\w.]*(?:[\s,&-]+[{UPPER}][\w.]*){{0,4}}$"
)
_SENTENCE_STOP = re.compile(r"(?<!\.\.)[.!]$")


def _is_furniture(line: Line) -> bool:
    """Whether a line is an address, or a known word of pages and no sentence."""
    short = line.size <= SHORT and not _SENTENCE_STOP.search(line.text)
    return bool(_ADDRESS.match(line.text) or (short and _FURNITURE.match(line.text)))


def _is_signature(line: Line) -> bool:
    """An author's name, or a byline with a date."""
    return is_byline(line) or (line.size <= NAME_WORDS and bool(_NAME.match(line.text)))


def _is_heading(layout: Layout, marker: int) -> bool:
    """Whether a marker heads paragraphs of the article's own: Markdown's sign, or two paragraphs right below it."""
    below = layout.lines[marker + 1 : marker + 3]
    return layout.lines[marker].text.startswith("#") or (len(below) > 1 and all(line.is_prose for line in below))


def _block(layout: Layout, marker: int) -> list[int]:
    """The marker and the lines below it that no blank line parts, up to where two paragraphs follow each other."""
    last = marker
    while last + 1 < len(layout.lines) and _is_next_line(layout, last):
        following = layout.lines[last + 1 : last + 3]
        if len(following) > 1 and all(line.is_prose for line in following):
            break
        last += 1
    return list(range(marker, last + 1))


def _is_teaser(layout: Layout, index: int) -> bool:
    """Whether a title, its double and a short summary begin at a line; captions that stand twice end like sentences."""
    first, second, summary = layout.lines[index : index + TEASER]
    doubled = bool(first.key) and first.key == second.key and index != layout.title
    return (
        doubled and not _SENTENCE_STOP.search(first.text) and not _credits(layout, first) and summary.size <= 4 * SHORT
    )


def _is_credit(line: Line) -> bool:
    """A line that only names where the article was taken from: in brackets, or without the stop of a sentence."""
    inside = line.text.startswith("(") or not _SENTENCE_STOP.search(line.text)
    return inside and line.size <= SHORT and bool(_CREDIT.match(line.text))


def _is_next_line(layout: Layout, index: int) -> bool:
    """Whether no blank line stands between a line and the one after it."""
    return layout.text.count("\n", layout.lines[index].end, layout.lines[index + 1].start) <= 1


def _is_cut_off(line: Line) -> bool:
    """A summary that the page cut: it ends in a blank and dots."""
    return line.text.endswith((" ...", " …"))


def _last_return(layout: Layout) -> int:
    """Where the last two paragraphs in a row begin, none of them a teaser's; a marker above them does not end the article."""
    teasers = doubled_titles(layout) | alternative_texts(layout) | repeated(layout)
    own = [line.is_prose and not _is_cut_off(line) and i not in teasers for i, line in enumerate(layout.lines)]
    return max((i for i in range(len(own) - 1) if own[i] and own[i + 1]), default=-1)


def _credits(layout: Layout, line: Line) -> list[Range]:
    """Where a caption names its photographer or agency."""
    found = _PICTURE_CREDIT.search(line.text) if ":" in line.text else None
    if found is None:
        return []
    raw = layout.text[line.start : line.end]
    start = found.start() if raw == line.text else _raw_offset(raw, found.start())
    return [Range(line.start + start, line.end)]


def _raw_offset(raw: str, offset: int) -> int:
    """The offset in a decomposed text of an offset in its composed form."""
    return bisect.bisect_right(range(len(raw) + 1), offset, key=lambda end: len(normalize("NFC", raw[:end]))) - 1
