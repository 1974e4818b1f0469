# SPDX-License-Identifier: Apache-2.0
"""Trusts the company's own CA: httplib2 reads where it is when it is imported, and never again."""

import os
import sys

from account import DOCUMENT

if "httplib2" in sys.modules:
    sys.exit("httplib2 was imported before it could be told of our CA.")
os.environ["HTTPLIB2_CA_CERTS"] = os.environ["COMPANY_CA"]

import httplib2
from googleapiclient.discovery import build_from_document

print(os.environ["COMPANY_CA"] == httplib2.CA_CERTS)
gmail = build_from_document(DOCUMENT, http=httplib2.Http(timeout=10))
try:
    print(gmail.users().getProfile(userId="me").execute()["emailAddress"])
except OSError as error:
    print(type(error).__name__)
