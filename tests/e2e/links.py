"""Links in Markdown that lead nowhere."""

import re


def without_code(text):
    return re.sub(r"(?ms)^ *```.*?^ *```$", "", text)


def anchors(text):
    """What can stand after the #: the headings, as GitHub writes them."""
    headings = re.findall(r"(?m)^#+ +(.*)$", without_code(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def relative_links(text):
    """[(file, anchor)]; file is "" for a link within the page, anchor "" for the whole of it."""
    links = re.findall(r"\]\(([^()\s]+)\)", without_code(text))
    return [tuple(link.partition("#")[::2]) for link in links if "://" not in link]


def broken_links(page):
    """Those of a page that lead to no file, or to no heading of it."""
    broken = []
    for name, anchor in relative_links(page.read_text(encoding="utf-8")):
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(f"{page}: {name}{'#' if anchor else ''}{anchor}")
    return broken
