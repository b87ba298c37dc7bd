"""An independent implementation to compare with: Debian's python3-canonicaljson and python3-signedjson.

Reads one JSON object per line and writes one line for each:
    oracle.py canonical        the canonical JSON
    oracle.py sign             the object signed by "domain" with the key of the specification's vectors
    oracle.py verify           "ok", or why the signature of "domain" does not hold
    oracle.py modules          nothing; fails if the two modules are not installed
"""

import json
import sys

from canonicaljson import encode_canonical_json
from signedjson.key import decode_signing_key_base64, get_verify_key
from signedjson.sign import SignatureVerifyException, sign_json, verify_signed_json

SEED = "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"
KEY = decode_signing_key_base64("ed25519", "1", SEED)


def verdict(document):
    try:
        verify_signed_json(document, "domain", get_verify_key(KEY))
        return b"ok"
    except SignatureVerifyException as error:
        return str(error).encode()


ANSWERS = {
    "canonical": encode_canonical_json,
    "sign": lambda document: encode_canonical_json(sign_json(document, "domain", KEY)),
    "verify": verdict,
}


def main():
    if sys.argv[1] == "modules":
        return
    answer = ANSWERS[sys.argv[1]]
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer(json.loads(line)) + b"\n")


main()
