# SPDX-License-Identifier: Apache-2.0
"""The unit tests of an application: they put mocks in place of the libraries' functions."""

import inspect
import io
import sys
import unittest
from typing import Any
from unittest import mock

import googleapiclient.http
import httplib2
from account import DOCUMENT
from googleapiclient.discovery import build_from_document
from googleapiclient.http import HttpMock, HttpMockSequence, HttpRequest, RequestMockBuilder

OK = httplib2.Response({"status": "200"})


class Mocks(unittest.TestCase):
    def test_http_request(self) -> None:
        with mock.patch("httplib2.Http.request", autospec=True) as request:
            request.return_value = OK, b'{"emailAddress": "mock"}'
            users = build_from_document(DOCUMENT, http=httplib2.Http()).users()
            response = users.getProfile(userId="me").execute()
        self.assertEqual(response, {"emailAddress": "mock"})
        request.assert_called_once()

    def test_execute(self) -> None:
        with mock.patch.object(HttpRequest, "execute", autospec=True, return_value="mock"):
            users = build_from_document(DOCUMENT, http=httplib2.Http()).users()
            self.assertEqual(users.getProfile(userId="me").execute(num_retries=1), "mock")

    def test_autospec_of_a_request(self) -> None:
        request = mock.create_autospec(HttpRequest, instance=True)
        request.execute(http=None, num_retries=3)
        with self.assertRaises(TypeError):
            request.execute(retries=3)

    def test_signatures(self) -> None:
        self.assertEqual(
            [
                list(inspect.signature(function).parameters)
                for function in (HttpRequest.execute, HttpRequest.next_chunk)
            ],
            [["self", "http", "num_retries"]] * 2,
        )
        self.assertEqual(inspect.getmodule(HttpRequest.execute), googleapiclient.http)

    def test_http_mock(self) -> None:
        http = HttpMock(headers={"status": "200"})
        http.data = b'{"emailAddress": "canned"}'
        users = build_from_document(DOCUMENT, http=http).users()
        self.assertEqual(users.getProfile(userId="me").execute()["emailAddress"], "canned")

    def test_http_mock_sequence(self) -> None:
        http = HttpMockSequence([({"status": "503"}, b""), ({"status": "200"}, b"{}")])
        users = build_from_document(DOCUMENT, http=http).users()
        request = users.getProfile(userId="me")
        with mock.patch("time.sleep") as sleep:
            request._sleep = sleep
            self.assertEqual(request.execute(num_retries=1), {})
        sleep.assert_called_once()

    def test_request_mock_builder(self) -> None:
        canned = {"gmail.users.getProfile": (None, '{"emailAddress": "built"}')}
        builder: Any = RequestMockBuilder(canned)
        users = build_from_document(
            DOCUMENT, http=HttpMock(headers={"status": "200"}), requestBuilder=builder
        ).users()
        self.assertEqual(users.getProfile(userId="me").execute()["emailAddress"], "built")


tests = unittest.defaultTestLoader.loadTestsFromTestCase(Mocks)
result = unittest.TextTestRunner(stream=io.StringIO()).run(tests)
print(result.testsRun, "tests")
for _, failure in result.failures + result.errors:
    print(failure)
sys.exit(not result.wasSuccessful())
