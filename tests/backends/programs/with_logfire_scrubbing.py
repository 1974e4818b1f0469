# SPDX-License-Identifier: Apache-2.0
import logfire
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

import application

logfire.configure()
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
