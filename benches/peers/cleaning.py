"""What both peers read: records, and one cleaned line of text for each.

The cleaning is what a careful Python pipeline does with READMEs: code fences, badges, images, link targets, HTML and
addresses go; name and description count twice; of the README's prose the first 2,500 characters are kept.
"""

import gzip
import json
import re

PROSE_CHARS = 2500

FENCES = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
COMMENTS = re.compile(r"<!--.*?-->", re.S)
IMAGES = re.compile(r"!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])")
LINKS = re.compile(r"\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])")
HTML = re.compile(r"<[^>]+>")
ADDRESSES = re.compile(r"(https?://|www\.)\S+")
WORDS = re.compile(r"\w+(?:\+\+|#)?")


def read(path):
    """The records of a JSON Lines file, gzip or not."""
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def prose(markdown):
    text = FENCES.sub(" ", markdown)
    text = COMMENTS.sub(" ", text)
    text = IMAGES.sub(" ", text)
    text = LINKS.sub(r"\1", text)
    text = HTML.sub(" ", text)
    return ADDRESSES.sub(" ", text)[:PROSE_CHARS]


def clean(record):
    """One line of lower-case words."""
    about = f"{record.get('name') or ''} {record.get('description') or ''}"
    return " ".join(WORDS.findall(f"{about} {about} {prose(record.get('readme') or '')}".lower()))
