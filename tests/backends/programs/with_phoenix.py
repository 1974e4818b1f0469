# SPDX-License-Identifier: Apache-2.0
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from phoenix.otel import register

import application

register(batch=True)
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
