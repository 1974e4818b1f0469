# SPDX-License-Identifier: Apache-2.0
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from traceloop.sdk import Traceloop

import application

Traceloop.init(app_name="mail")
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
