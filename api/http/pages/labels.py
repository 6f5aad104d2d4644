"""What the pages of the service say around articles and answers, in each language of the interface."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

LABELS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "name": "Hỏi đáp",
        "intro": "Trả lời bằng trích dẫn nguyên văn từ bộ bài, có nguồn để kiểm tra.",
        "holds": "Bộ bài này có ",
        "articles": " bài",
        "until": ", mới nhất ngày ",
        "newest": "Bài mới nhất",
        "embed": "Đặt vào trang của bạn",
        "embed_how": "Một dòng trong HTML; hộp hỏi đáp hiện ở góc trang. Trang ở tên miền khác: thêm tên miền đó vào",
        "script": "Trang này cần JavaScript. Không có nó, hãy dùng địa chỉ",
        "back": "← Hỏi đáp",
        "text": "Văn bản gốc",
        "previous": "Trích dẫn trước",
        "next": "Trích dẫn sau",
    },
    "en": {
        "name": "Ask the articles",
        "intro": "Answers are quoted word for word from the articles, with the source to check.",
        "holds": "This collection holds ",
        "articles": " articles",
        "until": ", the newest from ",
        "newest": "Newest articles",
        "embed": "Put it on your page",
        "embed_how": "One line of HTML; the box appears in a corner. Name other sites that may ask in",
        "script": "This page needs JavaScript. Without it, use the address",
        "back": "← Ask the articles",
        "text": "Plain text",
        "previous": "Previous quote",
        "next": "Next quote",
    },
    "zh": {
        "name": "问答",
        "intro": "答案逐字引自文章，并附出处供核对。",
        "holds": "本文集共有 ",
        "articles": " 篇文章",
        "until": "，最新一篇：",
        "newest": "最新文章",
        "embed": "放到您的网页上",
        "embed_how": "一行 HTML 即可，问答框会出现在页面一角。其他网站的页面，请把该网站写入",
        "script": "本页需要 JavaScript。没有它时请用地址",
        "back": "← 问答",
        "text": "纯文本",
        "previous": "上一处引文",
        "next": "下一处引文",
    },
    "ru": {
        "name": "Вопросы и ответы",
        "intro": "Ответы дословно цитируют статьи, источник можно проверить.",
        "holds": "Статей в собрании: ",
        "articles": "",
        "until": ", последняя от ",
        "newest": "Новые статьи",
        "embed": "Добавьте на свою страницу",
        "embed_how": "Одна строка HTML; окно появится в углу страницы. Для страниц другого сайта укажите этот сайт в",
        "script": "Этой странице нужен JavaScript. Без него есть адрес",
        "back": "← Вопросы и ответы",
        "text": "Исходный текст",
        "previous": "Предыдущая цитата",
        "next": "Следующая цитата",
    },
}
DEFAULT = "vi"
_DAYS = {"vi": "{d}/{m}/{y}", "en": "{d} {name} {y}", "zh": "{y}年{m}月{d}日", "ru": "{d:02}.{m:02}.{y}"}
_MONTHS = "January February March April May June July August September October November December".split()


def chosen(wanted: str | None, accepted: str) -> str:
    """The language of a page: the one asked for, or the first of a browser's Accept-Language that there is."""
    if wanted in LABELS:
        return str(wanted)
    for entry in accepted.split(","):
        code = entry.partition(";")[0].strip().partition("-")[0].lower()
        if code in LABELS:
            return code
    return DEFAULT


def day(published: str, language: str) -> str:
    """A date (ISO 8601) as people of a language write it; what is no date stays as it is."""
    try:
        date = dt.date.fromisoformat(published)
    except ValueError:
        return published
    return _DAYS[language].format(d=date.day, m=date.month, y=date.year, name=_MONTHS[date.month - 1])
