# SPDX-License-Identifier: Apache-2.0
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false
from __future__ import annotations

from typing import Any

import httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from demo.batches import BatchEndpoint
from local_gmail import LocalGmail, documented


def test_each_part_of_a_batch_is_served_as_a_request_of_its_own() -> None:
    answers: dict[str, Any] = {}
    with LocalGmail() as gmail:
        gmail.script("POST /batch", BatchEndpoint(gmail.url), times=None)
        gmail.script("gmail.users.messages.modify", documented("insufficientPermissions"))
        http = httplib2.Http()
        service: Any = build_from_document(gmail.discovery_document(), http=http)
        users = service.users()
        batch = service.new_batch_http_request(
            callback=lambda part, answer, error: answers.update({part: error or answer})
        )
        batch.add(users.getProfile(userId="me"), request_id="profile")
        body = {"removeLabelIds": ["INBOX"]}
        message = gmail.mailbox.messages()[0].id
        batch.add(users.messages().modify(userId="me", id=message, body=body), request_id="modify")
        batch.add(users.labels().create(userId="me", body={"name": "ä"}), request_id="create")
        batch.execute()
        http.close()
    assert answers["profile"]["emailAddress"] == "alex@example.com"
    assert isinstance(answers["modify"], HttpError)
    assert answers["modify"].status_code == 403
    assert answers["create"]["name"] == "ä"
