# SPDX-License-Identifier: Apache-2.0
from langfuse import Langfuse
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

import application

Langfuse()
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
