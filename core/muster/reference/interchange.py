"""Ed-Fi interchange XML, one element at a time: safe to read from a stranger, and never whole in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from muster.reference.refusals import DamagedXmlError, DangerousXmlError, OversizedXmlError, XmlEncodingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

MOST_PARTS = 50_000
_HEAD = 64 * 1024


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace, which changes with every Ed-Fi version."""
    return etree.QName(element).localname


def value(element: etree._Element, path: str) -> str | None:
    """Return the text at a path of local names (``Name/FirstName``); None where it is absent or blank."""
    found = first(element, path)
    text = None if found is None else found.text
    return (text.strip() or None) if text else None


def first(element: etree._Element, path: str) -> etree._Element | None:
    """Return the first element at a path of local names."""
    return next(every(element, path), None)


def every(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """Yield all elements at a path of local names."""
    name, _, rest = path.partition("/")
    for child in element.iterchildren(tag=etree.Element):
        if local_name(child) == name:
            if rest:
                yield from every(child, rest)
            else:
                yield child


def descriptor(element: etree._Element, path: str) -> str | None:
    """Return a descriptor's own word: ``Female`` of ``uri://ed-fi.org/SexDescriptor#Female``."""
    text = value(element, path)
    return text.rpartition("#")[2].strip() or None if text else None


def interchange_name(stream: IO[bytes], name: str) -> str | None:
    """Return the name of the root element where it is an Ed-Fi interchange, else None."""
    for element in _events(stream, name, "start"):
        root = etree.QName(element)
        known = "ed-fi.org" in (root.namespace or "") and root.localname.startswith("Interchange")
        return root.localname if known else None
    return None


def elements(stream: IO[bytes], name: str) -> Iterator[etree._Element]:
    """Yield the elements directly under the root; each is emptied once the next is asked for."""
    parts = 0
    for element in _events(stream, name, "end"):
        root = element.getparent()
        if root is None or root.getparent() is not None:
            parts += 1
            if parts > MOST_PARTS:
                raise OversizedXmlError(name, MOST_PARTS)
            continue
        yield element
        parts = 0
        element.clear()
        while element.getprevious() is not None:
            del root[0]


def _events(stream: IO[bytes], name: str, event: str) -> Iterator[etree._Element]:
    _refuse_declarations(stream, name)
    looked = False
    try:
        for _, element in etree.iterparse(
            stream,
            events=(event,),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            if not looked and element.getroottree().docinfo.doctype:
                raise DangerousXmlError(name)
            looked = True
            yield element
    except etree.XMLSyntaxError as error:
        raise _refusal(error, name) from error


def _refuse_declarations(stream: IO[bytes], name: str) -> None:
    """Refuse before parsing: the parser would expand entities in attributes while it reads the root."""
    head = stream.read(_HEAD).replace(b"\x00", b"").upper()
    stream.seek(0)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise DangerousXmlError(name)


def _refusal(error: etree.XMLSyntaxError, name: str) -> DamagedXmlError | DangerousXmlError | XmlEncodingError:
    line = error.lineno or 1
    said = (error.msg or "").casefold()
    if "encoding" in said or "utf-8" in said:
        return XmlEncodingError(name, line)
    if "entity" in said and ("amplification" in said or "loop" in said):
        return DangerousXmlError(name)
    return DamagedXmlError(name, line)
