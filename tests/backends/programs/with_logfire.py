# SPDX-License-Identifier: Apache-2.0
import logfire
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

import application

OURS = ("googleapiclient.", "httplib2.")


def keep_diagnosis(match: logfire.ScrubMatch) -> object:
    """Keep what the instrumentation has redacted already; None lets Logfire scrub."""
    ours = any(str(part).startswith(OURS) for part in match.path)
    return match.value if ours else None


logfire.configure(scrubbing=logfire.ScrubbingOptions(callback=keep_diagnosis))
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
