# SPDX-License-Identifier: Apache-2.0
"""What only the Sheets API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule
from .service import Service
from .workspace import (
    PRECONDITION_OF_ITSELF,
    SHARE_OR_IMPERSONATE,
    acting_as_itself,
    refused_to_itself,
)

_RECORDED: Final = "recorded 400 of the Sheets API"
_ERRORS_URL: Final = "https://developers.google.com/workspace/sheets/api/troubleshoot-api-errors"
_LIMITS_URL: Final = "https://developers.google.com/workspace/sheets/api/limits"
_RANGES_URL: Final = "https://developers.google.com/workspace/sheets/api/guides/concepts#cell"
_BAD: Final = frozenset({400})

_RULES: Final = (
    *acting_as_itself(SHARE_OR_IMPERSONATE),
    PRECONDITION_OF_ITSELF,
    Rule(
        cause=causes.PRECONDITION_FAILED,
        statuses=_BAD,
        message=Pattern(r"not supported for this document|must not be an office file"),
        remedy="Save the file as a Google Sheet first (in Drive: Save as Google Sheets; or "
        "files.copy with mimeType application/vnd.google-apps.spreadsheet), or download it "
        "through Drive: it is an Office file such as .xlsx.",
        help_url="https://support.google.com/docs/answer/9331167",
        example="This operation is not supported for this document",
        source="burnash/gspread#732; tidyverse/googlesheets4#275",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"unable to parse range"),
        remedy="Correct the range of {call}, as in 'Tab title'!A1:B2: use the title exactly as in "
        "the spreadsheet, in single quotes if it contains spaces. A tab that does not exist "
        "causes the same error.",
        help_url=_RANGES_URL,
        example="Unable to parse range: <range>",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"exceeds grid limits|tried writing to|outside of the grid|beyond the"),
        remedy="Request a range that fits the tab and the values, or enlarge the tab first "
        "(appendDimension, updateSheetProperties): the range of {call} goes beyond it.",
        help_url=_RANGES_URL,
        example="Range (<range>) exceeds grid limits. Max rows: 1000, max columns: 26",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        statuses=_BAD,
        message=Pattern(r"number of cells in the workbook|above the limit of \d{1,9} cells"),
        remedy="Delete empty rows, columns and tabs, or continue in another spreadsheet: with "
        "{call}, this one would exceed 10,000,000 cells, including empty ones.",
        help_url="https://support.google.com/drive/answer/37603",
        example="This action would increase the number of cells in the workbook above the limit "
        "of 10000000 cells.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=_BAD,
        message=Pattern(r"protected (cell|range|sheet)"),
        remedy="Have the owner of the spreadsheet remove the protection or add this identity to "
        "the editors: what {call} changes is protected.",
        help_url="https://support.google.com/docs/answer/1218656",
        example="You are trying to edit a protected cell or object. Please contact the "
        "spreadsheet owner to remove protection if you need to edit.",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.INVALID_ID,
        statuses=_BAD,
        message=Pattern(r"no (grid|sheet|chart) with id"),
        remedy="Pass {call} a sheetId as spreadsheets.get returns it (the number after gid= in "
        "the URL): the spreadsheet has no tab with this one.",
        help_url="https://developers.google.com/workspace/sheets/api/guides/concepts",
        example="Invalid requests[0].addRow: No grid with id: 5",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=_BAD,
        message=Pattern(r"a sheet with the name .{0,200}already exists"),
        remedy="Use the existing tab, or choose another title: a spreadsheet can't have two tabs "
        "with the same name.",
        help_url="https://developers.google.com/workspace/sheets/api/guides/concepts",
        example='Invalid requests[0].addSheet: A sheet with the name "<title>" already exists.',
        source=_RECORDED,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=_BAD,
        message=Pattern(r"invalid values\[|list_value|struct_value|proto field is not repeating"),
        remedy="Pass {call} values as a list of rows, each a flat list of strings, numbers, "
        "booleans or None: a cell can't contain a list, dict or other object.",
        help_url="https://developers.google.com/workspace/sheets/api/guides/values",
        example="Invalid values[1][0]: list_value",
        source=_RECORDED,
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        statuses=frozenset({503}),
        remedy="Retry {call} with exponential backoff (num_retries), starting at 1 s. If the "
        "error persists for one spreadsheet, request less of it at once: large ones with many "
        "formulas can exceed the API's limit of 180 s.",
        help_url=_LIMITS_URL,
        example="The service is currently unavailable.",
        source="Sheets API, Usage limits",
    ),
)

SERVICE: Final = Service(
    rules=_RULES,
    last_rules=refused_to_itself(SHARE_OR_IMPERSONATE),
    help_urls={
        **dict.fromkeys(
            (
                causes.QUOTA_EXCEEDED.name,
                causes.RATE_LIMIT_PER_PROJECT.name,
                causes.RATE_LIMIT_PER_USER.name,
            ),
            _LIMITS_URL,
        ),
        **dict.fromkeys((causes.FORBIDDEN.name, causes.INVALID_ARGUMENT.name), _ERRORS_URL),
    },
)
