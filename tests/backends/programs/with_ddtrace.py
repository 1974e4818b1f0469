# SPDX-License-Identifier: Apache-2.0
import ddtrace.auto  # noqa: F401  # or start the program with ddtrace-run
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

import application

GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
