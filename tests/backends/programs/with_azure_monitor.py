# SPDX-License-Identifier: Apache-2.0
from azure.monitor.opentelemetry import configure_azure_monitor
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

import application

configure_azure_monitor()
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
