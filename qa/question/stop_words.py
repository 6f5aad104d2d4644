"""Small words of each language, which no passage has to hold."""

STOP_WORDS: dict[str, frozenset[str]] = {
    "vi": frozenset(
        (
            "là của và thì mà có được bị đã đang sẽ cho với trong này đó các những một cái vào ra lên theo từ ở "
            "tại về đến để cũng như nhưng rằng hãy xin hỏi biết vậy nhỉ ạ à hả thế không la cua va thi ma co duoc "
            "bi da dang se voi nay cac nhung mot vao tu tai ve den de cung nhu"
        ).split()
    ),
    "en": frozenset(
        (
            "the a an of and to in is are was were be been for with that this do does did has have had will would "
            "on at by from as it its their his her there about between during after before according s"
        ).split()
    ),
    "zh": frozenset("的了在是和与吗呢于被把为对这那有个"),
    "ru": frozenset(
        ("в во на и с со к по из у о об от до за для что это был была было были есть не а но же ли его её их").split()
    ),
}
