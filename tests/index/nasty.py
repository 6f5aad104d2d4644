"""Bad input: texts, bytes, pages and rows that people, programs and attackers leave in folders, each under a name."""

from __future__ import annotations

import json
import unicodedata

BRIDGE = "Cầu Long Biên được khánh thành năm 1902 sau ba năm xây dựng, bắc qua sông Hồng ở Hà Nội, dài hơn 2 km."
LAKE = "Hồ Gươm rộng khoảng 12 ha; Tháp Rùa được xây năm 1886 trên một gò đất giữa hồ, nơi rùa từng lên phơi nắng."
PARAGRAPHS = f"{BRIDGE}\n\n{LAKE}"
LONG, LONGER, LONGEST = 20_000, 100_000, 1_000_000

TEXTS = {
    "plain": PARAGRAPHS,
    "nfd": unicodedata.normalize("NFD", PARAGRAPHS),
    "nfd credit": unicodedata.normalize("NFD", f"Cầu nhìn từ bờ bắc sông Hồng. (Ảnh: Đỗ Hữu Nghĩa)\n{PARAGRAPHS}"),
    "hangul credit": f"\u1112\u1161\u11ab\u1100\u116e\u11a8 từ trên cao - Ảnh: Tuấn\n{PARAGRAPHS}",
    "marks": "a" + "\u0301\u0323\u0302" * 3000 + " " + PARAGRAPHS,
    "only marks": "\u0301" * 500,
    "mark first": "\u0301" + PARAGRAPHS,
    "enclosing marks": "1\u20dd2\u20e3 a\u20dd. " * 50,
    "other marks": "क़ि\u0902 กำ้ \u05d0\u05b7\u05dc \u0628\u0651 ཀྵ \u0958\u095e. " * 40,
    "bidi": f"\u202e{BRIDGE}\u2066\u202b {LAKE}",
    "isolates": "\u2066" * 500 + LAKE + "\u200f\u200e\u061c",
    "zero width": "C\u200bầu\u200d L\u2060ong\ufeff Biên. " * 50,
    "only zero width": "\u200b\u200c\u200d\u2060\ufeff" * 50,
    "bom inside": f"\ufeff{BRIDGE}\ufeff\n\ufeff\n{LAKE}\ufeff",
    "noncharacters": f"\ufffe\uffff\ufdd0\U0010ffff {PARAGRAPHS}",
    "private use": "\ue000\uf8ff\U000f0000 " * 50,
    "tags": f"{BRIDGE}\U000e0041\U000e007f",
    "replacement": "\ufffd" * 200 + PARAGRAPHS,
    "emoji": "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇻🇳👍🏿☺️. " * 50,
    "astral": "𠀀𝒜𝔘𐍈. 𝟙𝟚/𝟛/𝟚𝟘𝟚𝟜 " * 50,
    "longer when lowered": "İSTANBUL İ ŉ ǰ ẞ ΐ. " * 60,
    "compatibility": "ﬁ ﷺ Å K ſ ² ① Ⅷ ½ ㎏ ㍿ ＡＢＣ１２３。 " * 40,
    "digits of others": "ngày ٣/٤/٢٠٢٤, 二〇二四年十月, ३-४-२०२४, ²/³/2024, ④ tháng ⑤ năm ２０２４. " * 20,
    "nul": f"{BRIDGE}\0{LAKE}",
    "controls": "\x01\x02\x1b[31m\x7f" * 50,
    "few controls": f"{PARAGRAPHS}\x07{PARAGRAPHS}\x9f",
    "escapes": f"\x1b]0;{BRIDGE}\x07 {LAKE} {PARAGRAPHS} {PARAGRAPHS}",
    "cr": PARAGRAPHS.replace("\n", "\r"),
    "mixed line ends": f"{BRIDGE}\r\n{LAKE}\r\r{BRIDGE}\n\r{LAKE}\u2028{BRIDGE}\u2029{LAKE}\x85{BRIDGE}\x0b{LAKE}\f",
    "separators": f"{BRIDGE}\x1c{LAKE}\x1d{BRIDGE}\x1e\x1f",
    "odd blanks": "\u00a0\u1680\u2003\u202f\u205f\u3000\u180e".join(BRIDGE.split()),
    "blanks": " \t\u00a0\u3000\n" * 100,
    "a letter": "a",
    "a capital": "Ý",
    "a stop": ".",
    "a mark": "\u0323",
    "a picture": "😀",
    "a quotation mark": '"',
    "a digit": "7",
    "long line": "a" * LONGEST,
    "long line of syllables": "cầu đường " * (LONGER // 10),
    "long line of sentences": "Cầu dài 2 km. " * (LONG // 14),
    "long row of blanks": f"a{' ' * LONGEST}b",
    "many empty lines": "\n" * LONG + BRIDGE + "\r" * LONG,
    "many short lines": "a\n" * (LONG // 4),
    "many capitals": "Aa\n" * (LONG // 6),
    "same long line": f"{BRIDGE}\n" * 500,
    "han": "北京會議" * (LONG // 40),
    "title": "Cầu Long Biên " * (LONGER // 14) + f"\n\n{PARAGRAPHS}",
    "title without blanks": "C" * LONGER + f"\n\n{PARAGRAPHS}",
    "markers": "Tin liên quan\nXem thêm:\nTừ khóa\n#\n# \n" * 300,
    "markers between": f"{BRIDGE}\nTin liên quan\n{LAKE}\nĐọc thêm\n{BRIDGE}\nBình luận (3)\n",
    "markdown": f"# \n## {BRIDGE}\n```\n# {LAKE}\n***\n- [ ]( )\n> > > >\n| a | b |\n|---|",
    "links": "Trang chủ | Thời sự | Thể thao | Giải trí | Pháp luật\n" * 50 + PARAGRAPHS,
    "joined": "chủBiển nóngSự kiệnThể thaoGiải trí\n" * 50,
    "quotes": '“‘«「『"' * 300 + PARAGRAPHS + '』」»’”"' * 300,
    "brackets": "(" * 3000 + BRIDGE + ")" * 2999,
    "abbreviations": "TP. GS.TS. U.S. A.B.C. Mr. P. Q. No. " * 100,
    "dates": "Ngày 0/0/0000, 31/02/2024, 1/1/99999, 99999-99-99, 0000-01-01, 29 tháng 2 năm 2023, Foo 31, 2024",
    "byline of no day": f"Cầu Long Biên trăm năm\nThứ hai, 00/00/0000, 25:61 (GMT+99)\n{PARAGRAPHS}",
    "byline of another age": f"Cầu Long Biên trăm năm\nCập nhật: 01/01/9999, 08:00\n{PARAGRAPHS}",
    "addresses": f"https://[::1\nNguồn: http://\nNguồn Báo: https://{'a' * 5000}\n{PARAGRAPHS}",
    "credits": f"Cầu - Ảnh: {'x ' * 200}\nCầu ({'Ảnh: ' * 300})\n{PARAGRAPHS}",
    "code": "'; drop table articles; -- {{7*7}} ${jndi:x} %s%n ../../etc/passwd <script>alert(1)</script>\\\n" * 20,
    "words of programs": "NaN null -0 Infinity undefined None true 1e999\n" * 20,
    "numbers": "1." * 2000 + "1,1,1/1.1," * 1000 + "9" * 5000,
}
"""What a text may be."""

LONG_RUNS = {
    f"row of {unicodedata.name(char).lower()}": char * LONG
    for char in ".,;:!?…-–_|•#*()[]\"'“”«/\\@%&<>=+~^`$0aÁ中\u0301\u200b\u00a0"
}
"""One character again and again: what makes a careless pattern look at everything for everything."""

BYTES = {
    "empty": b"",
    "bom": b"\xef\xbb\xbf",
    "two boms": b"\xef\xbb\xbf\xef\xbb\xbf" + BRIDGE.encode(),
    "bom in the middle": BRIDGE.encode() + b"\n\xef\xbb\xbf" + LAKE.encode(),
    "cut off": BRIDGE.encode()[:2],
    "cut off at the end": "Cầu".encode()[:-1] + b"\xe1\xba",
    "stray continuation": b"abc\x80\xbfdef",
    "overlong slash": b"a\xc0\xafb",
    "overlong nul": b"a\xc0\x80b",
    "overlong of three": b"\xe0\x80\xaf",
    "overlong of four": b"\xf0\x80\x80\xaf",
    "beyond unicode": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "surrogate": b"\xed\xa0\x80",
    "pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
    "bytes that never are": b"\xfe\xff\xff\xfe",
    "latin-1": "café déjà vu".encode("latin-1"),
    "cp1258": "Tiêng Viêt".encode("cp1258"),
    "shift-jis": "日本語".encode("shift-jis"),
    "utf-16": BRIDGE.encode("utf-16"),
    "utf-16 big": b"\xfe\xff" + BRIDGE.encode("utf-16-be"),
    "utf-16 without bom": BRIDGE.encode("utf-16-le"),
    "utf-16 half a letter": BRIDGE.encode("utf-16") + b"a",
    "utf-16 half a pair": BRIDGE.encode("utf-16") + b"\x3d\xd8",
    "utf-16 bom alone": b"\xff\xfe",
    "utf-32": BRIDGE.encode("utf-32"),
    "utf-7": "Cầu".encode("utf-7"),
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "nuls": b"\0" * 1000,
    "every byte": bytes(range(256)),
}
"""What a file may hold, whatever its name says."""


def page(inner: str, head: str = "") -> str:
    """A page with an article of two paragraphs, and something in it."""
    return (
        f"<!doctype html><html><head><title>Cầu Long Biên</title>{head}</head><body><article><h1>Cầu Long Biên</h1>"
        f"<p>{BRIDGE}</p>{inner}<p>{LAKE}</p></article></body></html>"
    )


def _nested(tag: str, depth: int = 5000) -> str:
    return page(f"<{tag}>" * depth + BRIDGE + f"</{tag}>" * depth)


LINKED = '<script type="application/ld+json">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))

PAGES = {
    **{f"nested {tag}": _nested(tag) for tag in ("div", "b", "span", "table", "ul", "blockquote", "a", "font")},
    **{
        f"unclosed {tag}": page(f"<{tag}>" * 5000)
        for tag in ("p", "div", "li", "td", "script", "style", "textarea", "!--")
    },
    **{f"closed unopened {tag}": page(f"</{tag}>" * 5000) for tag in ("p", "div", "body", "html")},
    **{
        f"entity {entity}": page(f"<p>{BRIDGE} &{entity} {LAKE}</p>")
        for entity in "#0; #x110000; #xD800; #55357;&#56832; #9999999999999; #-1; #x; no; lt #x1; #xFFFE; #13;".split()
    },
    **{
        f"head {number}": page("", head)
        for number, head in enumerate(
            [
                '<meta charset="utf-16">',
                '<meta charset="latin-1"><meta charset="utf-7">',
                '<meta http-equiv="Content-Type" content="text/html; charset=no-such">',
                '<meta property="article:published_time" content="0000-00-00">',
                '<meta property="article:published_time" content="99999-01-01T99:99:99+99:99">',
                '<meta property="og:site_name" content="\n\0\u202e">',
                '<meta property="og:title" content="">',
                f'<meta property="og:title" content="{"T" * LONG}">',
                '<link rel="canonical" href="http://[::1">',
                '<link rel="canonical" href="javascript:alert(1)">',
                '<base href="http://[">',
                f'{LINKED}{{"@type": "NewsArticle", "datePublished": [[{{}}]], "author": 1</script>',
                f'{LINKED}{{"@graph": [null, 1, {{"@type": ["NewsArticle", 2], "headline": {{}}}}]}}</script>',
                f"{LINKED}{'[' * 5000}</script>",
                f"<title>{'Cầu ' * 30_000}</title>",
                "<title></title><title>&#0;</title>",
            ]
        )
    },
    "nothing": "",
    "blanks": " \n\t ",
    "no tags": PARAGRAPHS,
    "xml": f'<?xml version="1.0" encoding="utf-16"?>{page("")}',
    "xhtml": f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{BRIDGE}</p></body></html>',
    "laughs": f"<!DOCTYPE html [{LAUGHS}]><html><body><p>{BRIDGE} &l9;</p><p>{LAKE}</p></body></html>",
    "outer entity": f'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>{BRIDGE} &x;</p><p>{LAKE}</p>',
    "unclosed doctype": f"<!DOCTYPE {page('')}",
    "huge attribute": page(f'<p title="{"x" * LONGER}">{BRIDGE}</p>'),
    "unclosed attribute": page(f'<p title="{BRIDGE}'),
    "many attributes": page(f"<p {' '.join(f'a{n}={n}' for n in range(3000))}>{BRIDGE}</p>"),
    "cdata": page(f"<![CDATA[<p>{BRIDGE}</p>]]><p>]]></p>"),
    "script": page('<script>document.write("</p><p>")</script>'),
    "comment in comment": page(f"<!-- <!-- --> {BRIDGE} -->"),
    "plaintext": page("<plaintext>"),
    "frames": "<frameset><frame src=x></frameset><noframes>x</noframes>",
    "other languages": page(
        "<svg><text>x</text></svg><math><mi>y</mi></math><o:p>z</o:p><template><p>t</p></template>"
    ),
    "many cells": page("<table>" + "<tr><td>1<td>2" * 1000 + "</table>"),
    "many links": page("<a href='/x'>Tin khác</a> " * 3000),
    "many breaks": page("<br>" * 5000),
    "many less-than signs": "<" * 20_000 + BRIDGE,
    "many ampersands": page("&" * 20_000),
    "nul inside": page("\0"),
    "odd letters": page(f"<p>\u202e\ufeff\u0301\ufffe\U0010ffff {BRIDGE}</p>"),
    "a tag of odd letters": page(f"<p\u0301 \u202e=1 a:b:c='d'>{BRIDGE}</p>"),
    "a million letters": page(f"<p>{'a' * LONGER}</p>"),
}
"""What an html file may hold."""

_VALUES = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    " ",
    "a",
    "\u0000",
    "\u202e",
    [],
    [[["a"]]],
    {},
    {"a": {"b": []}},
    ["a", 1, None],
]
FIELDS = ("text", "title", "abstract", "body", "id", "published", "date", "publisher", "url")
ROWS = {
    **{
        f"{field} is {number}": json.dumps({"text": BRIDGE, "body": LAKE, field: value})
        for field in FIELDS
        for number, value in enumerate(_VALUES)
    },
    **{
        f"published {day}": json.dumps({"text": BRIDGE, "published": day})
        for day in (
            "0000-01-01",
            "99999-12-31",
            "2024-02-30",
            "1/1/0000",
            "-2024-01-01",
            "2024-05-20T99:99",
            "٢٠٢٤-٠٥-٢٠",
            "²/³/2024",
        )
    },
    **{
        f"id {name!r}": json.dumps({"text": BRIDGE, "id": name})
        for name in (
            "../../x",
            "a/b",
            "a\nb",
            "a\0b",
            "#",
            ":1",
            "",
            "\u202e",
            "x" * LONG,
            "\u0301",
            "a.jsonl#1",
            "\ufeff",
        )
    },
    "title of many letters": json.dumps({"text": BRIDGE, "title": "T" * LONGER}),
    "half a pair": '{"text": "\\ud83d Cầu"}',
    "half a pair in the title": '{"text": "Cầu", "title": "\\udc00"}',
    "half a pair in a name": '{"text": "Cầu", "\\ud800": 1}',
    "a pair": '{"text": "\\ud83d\\ude00 Cầu"}',
    "nan": '{"text": "Cầu", "n": NaN, "m": -Infinity}',
    "nan alone": "NaN",
    "huge number": '{"text": "Cầu", "id": ' + "9" * 4000 + "}",
    "huger number": '{"text": "Cầu", "id": ' + "9" * 5000 + "}",
    "huge exponent": '{"text": "Cầu", "id": 1e999999}',
    "deep list": "[" * LONGER,
    "deep object": '{"text": ' * 5000 + '""' + "}" * 5000,
    "twice the name": '{"text": "a", "text": "b", "id": 1, "id": 2}',
    "single quotes": "{'text': 'Cầu'}",
    "comment": '{"text": "Cầu"} // Cầu',
    "two in a line": '{"text": "a"}{"text": "b"}',
    "control in a string": '{"text": "a\tb"}',
    "unclosed": '{"text": "Cầu',
    "string": '"Cầu"',
    "number": "1",
    "empty object": "{}",
    "bad escape": '{"text": "\\x41 \\u12"}',
    "bom": '\ufeff{"text": "Cầu"}',
    "cr inside": '{"text":\r"Cầu"}',
    "separators inside": '{"text": "Cầu\u2028\u2029\x85 Long"}',
    "million": json.dumps({"text": "cầu " * (LONGER // 4)}),
}
"""What a row of a jsonl file may be."""

NAMES = [
    "a b.txt", " .txt", "-.txt", "--help.txt", "a\nb.txt", "a\tb.txt", "\u202etxt.exe.txt", "\u0301.txt", "\ufeff.txt",
    "%00.txt", "a#b.txt", "a:1.txt", "a?b=c&d.txt", "'\"`$(x).txt", "<b>.txt", "con.txt", "a" * 250 + ".txt",
    "Cầu.txt", unicodedata.normalize("NFD", "Cầu 2.txt"), "😀.txt", "a..txt", "..txt", "...txt", "*.txt", "[a].txt",
    "a.jsonl#1.txt", "A.TXT", "ß.txt", "ẞ.txt", "\\.txt", "|.txt", "~.txt", "a.txt.txt", "a.html.txt", "\x7f.txt",
]  # fmt: skip
"""What a file may be called."""
