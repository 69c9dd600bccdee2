"""A page as tests read it: a small tree of elements, and the faults that every page is looked over for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = set("area base br col embed hr img input link meta source track wbr".split())
MAY_STAY_OPEN = set("html head body p li dt dd option optgroup tr td th thead tbody tfoot colgroup".split())
# An opening tag that ends an open one of the second kind, as browsers do it.
ENDS = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option"},
    "tr": {"tr", "td", "th"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tbody": {"thead", "tbody", "tr", "td", "th"},
    "body": {"head"},
}


class Node:
    """One element with its attributes, and its children: elements and texts in their order."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None, page: list[Node]) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Node | str] = []
        # All elements of the page in their order: what lies inside one follows it without a gap.
        self.page, self.begins, self.ends = page, len(page), 0
        page.append(self)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        """An attribute, or ``default``."""
        return self.attributes.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    def __repr__(self) -> str:
        said = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<{self.tag}{said}>"

    def walk(self) -> Iterator[Node]:
        """This element and every one inside, in the page's order."""
        return iter(self.page[self.begins : self.ends])

    def all(self, *tags: str, **attributes: str) -> list[Node]:
        """Elements inside with one of ``tags`` and these attributes (``class_`` for ``class``)."""
        inside = self.page[self.begins + 1 : self.ends]
        found = [node for node in inside if node.tag in tags] if tags else inside
        if not attributes:
            return found
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            node
            for node in found
            if all(
                value in node.get("class").split() if name == "class" else node.get(name) == value
                for name, value in wanted.items()
            )
        ]

    def first(self, *tags: str, **attributes: str) -> Node:
        """The first such element; fails when there is none."""
        found = self.all(*tags, **attributes)
        assert found, f"no {tags} with {attributes} in {self!r}"
        return found[0]

    @property
    def above(self) -> Iterator[Node]:
        """The elements around this one, from the nearest."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def text(self) -> str:
        """All text inside, with single blanks; scripts, styles and drawings' titles left out."""
        return " ".join("".join(self._texts()).split())

    @property
    def raw_text(self) -> str:
        """All text inside as it was written."""
        return "".join(child if isinstance(child, str) else child.raw_text for child in self.children)

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style", "title", "template"):
                yield from child._texts()
                if child.tag not in ("a", "b", "em", "strong", "span", "abbr", "small", "code"):
                    yield " "


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.root = Node("#page", {}, None, self.nodes)
        self.here = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> repeats an attribute: {names}")
        while self.here.tag in ENDS.get(tag, ()):
            self.here = self.here.parent or self.root
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here, self.nodes)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.here = self.here.parent or self.root

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.here
        passed = []
        while node is not None and node.tag != tag:
            passed.append(node.tag)
            node = node.parent
        if node is None:
            self.faults.append(f"</{tag}> ends nothing")
            return
        left = [each for each in passed if each not in MAY_STAY_OPEN]
        if left:
            self.faults.append(f"</{tag}> comes while {left} are open")
        self.here = node.parent or self.root

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)

    def close(self) -> None:
        super().close()
        node: Node | None = self.here
        while node is not None and node is not self.root:
            if node.tag not in MAY_STAY_OPEN:
                self.faults.append(f"<{node.tag}> is never ended")
            node = node.parent
        for each in reversed(self.nodes):
            each.ends = max(each.ends, each.begins + 1)
            if each.parent is not None:
                each.parent.ends = max(each.parent.ends, each.ends)


def parse(text: str) -> tuple[Node, list[str]]:
    """The tree of a page or fragment, and what is wrong with its tags."""
    builder = _Builder()
    builder.feed(text.replace("\r\n", "\n").replace("\r", "\n"))
    builder.close()
    return builder.root, builder.faults


# --- faults ------------------------------------------------------------------------------------

_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "headers", "for", "list")
_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data", "srcset"}
_STAFF_NUMBER = re.compile(r"(?<!\d)\d{18}(?!\d)|(?<!\d)\d{8} \d{6} \d \d{3}(?!\d)")
_NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


_PROGRAM = re.compile(r"<(?:Macro|function|bound method|class|[\w.]+ object at 0x)[^>]{0,40}>?")


def faults_of(text: str, *, whole: bool = True, parsed: tuple[Node, list[str]] | None = None) -> list[str]:
    """Everything that is wrong with a page (or a fragment, when not ``whole``), in words."""
    root, of_tags = parsed or parse(text)
    found = [*of_tags]
    found += _frame_faults(root, text) if whole else []
    found += _id_faults(root, whole)
    # A thing of the program that stands where a word should: shown as Python shows it.
    found += [f"shows {each!r}" for each in _PROGRAM.findall(root.text)]
    found += _form_faults(root)
    for node in root.walk():
        found += _element_faults(node)
    return found


def _frame_faults(root: Node, text: str) -> Iterator[str]:
    if not text.lstrip().lower().startswith("<!doctype html>"):
        yield "no <!doctype html>"
    if [node.get("lang") for node in root.all("html")] not in (["id"], ["en"]):
        yield "html has no lang of id or en"
    if len(root.all("h1")) != 1:
        yield f"{len(root.all('h1'))} h1 on the page: {[node.text for node in root.all('h1')]}"
    titles = [node for node in root.all("title") if node.parent is None or node.parent.tag != "svg"]
    titles = [node for node in titles if not any(each.tag == "svg" for each in node.above)]
    if len(titles) != 1 or not titles[0].raw_text.strip():
        yield "the page has not exactly one title with words"
    if len(root.all("main")) != 1:
        yield f"{len(root.all('main'))} main on the page"
    if not root.all("meta", name="viewport"):
        yield "no viewport for phones"


def _id_faults(root: Node, whole: bool) -> Iterator[str]:
    ids = Counter(node["id"] for node in root.walk() if "id" in node)
    for name, count in ids.items():
        if count > 1:
            yield f"id {name!r} is there {count} times"
        if not name or " " in name:
            yield f"id {name!r} is no name"
    for node in root.walk() if whole else ():
        wanted = {ref for name in _REFERENCES if name in node for ref in node[name].split()}
        if node.get("href").startswith("#") and len(node["href"]) > 1:
            wanted.add(node["href"][1:])
        for name in sorted(wanted - ids.keys()):
            yield f"{node!r} points to id {name!r}, which is not there"


def _form_faults(root: Node) -> Iterator[str]:
    labelled = {label.get("for") for label in root.all("label")}
    for node in root.all("input", "select", "textarea"):
        if node.tag == "input" and node.get("type", "text") in _NEEDS_NO_LABEL:
            continue
        named = "aria-label" in node or "aria-labelledby" in node or (node.get("id") or "-") in labelled
        if not named and not any(each.tag == "label" for each in node.above):
            yield f"{node!r} has no label"
        if node.tag == "input" and node.get("type") == "number":
            yield f"{node!r}: numbers are typed as text, with Indonesian marks"
    for form in root.all("form"):
        posts = form.get("method", "get").lower() == "post"
        tokens = [node for node in form.all("input", name="csrf_token") if node.get("value")]
        if posts and len(tokens) != 1:
            yield f"{form!r} has {len(tokens)} tokens against forged requests"
        if not posts and form.all("input", name="csrf_token"):
            yield f"{form!r} would put its token into an address"
        if not form.all("button") and not form.all("input", type="submit"):
            yield f"{form!r} can't be sent without a script"
        if any(each.tag == "form" for each in form.above):
            yield f"{form!r} lies inside another form"
    for button in root.all("button"):
        if not button.text and "aria-label" not in button:
            yield f"{button!r} has no words"


def _element_faults(node: Node) -> Iterator[str]:
    if "style" in node:
        yield f"{node!r} has a style of its own; the policy blocks it"
    for name, value in node.attributes.items():
        if name.startswith(("on", "hx-on")) or value.lstrip().lower().startswith(("javascript:", "js:")):
            yield f"{node!r}: {name} is a script inside the page"
    if node.tag == "script" and "src" not in node and node.get("type") != "application/ld+json":
        yield f"{node!r} is a script inside the page"
    if node.tag == "img" and "alt" not in node:
        yield f"{node!r} has no alt"
    if node.tag == "a" and not node.text and "aria-label" not in node and not node.all("img", "svg"):
        yield f"{node!r} is a link without words"
    if node.tag in ("iframe", "object", "embed", "base"):
        yield f"{node!r} doesn't belong on our pages"
    for name in node.attributes.keys() & _ADDRESSES:
        value = node[name]
        parts = urlsplit(value)
        if (parts.netloc or parts.scheme) and not (node.tag == "a" or value.startswith("data:image/")):
            yield f"{node!r} fetches from another host"
        if _STAFF_NUMBER.search(value):
            yield f"{node!r} carries a staff number in an address"
