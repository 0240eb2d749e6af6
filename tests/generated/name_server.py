"""A name server of the tests: knows the records of type SRV that `RECORDS` holds, and no other name."""

from __future__ import annotations

import json
import os
import socket

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


def answer(query: dns.message.Message, records: dict[str, list[str]]) -> dns.message.Message:
    """What it says to a question.

    Args:
        query: with one question.
        records: name, with the dot at its end → priority, weight, port and target of each server.
    """
    said = dns.message.make_response(query)
    (question,) = query.question
    known = records.get(question.name.to_text())
    if known and question.rdtype == dns.rdatatype.SRV:
        said.answer.append(dns.rrset.from_text(question.name, 60, "IN", "SRV", *known))
    else:
        said.set_rcode(dns.rcode.NXDOMAIN)
    return said


def serve(records: dict[str, list[str]]) -> None:
    """Answer over UDP, for ever."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("0.0.0.0", 53))  # noqa: S104  of a container
        while True:
            wire, client = here.recvfrom(4096)
            here.sendto(answer(dns.message.from_wire(wire), records).to_wire(), client)


if __name__ == "__main__":
    serve(json.loads(os.environ["RECORDS"]))
