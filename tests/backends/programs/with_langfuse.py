# SPDX-License-Identifier: Apache-2.0
from langfuse import Langfuse
from langfuse.span_filter import is_default_export_span
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import ReadableSpan

import application

OURS = (
    "opentelemetry.instrumentation.googleapiclient",
    "opentelemetry.instrumentation.httplib2",
)


def should_export(span: ReadableSpan) -> bool:
    scope = span.instrumentation_scope
    return is_default_export_span(span) or (scope is not None and scope.name in OURS)


Langfuse(should_export_span=should_export)
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
