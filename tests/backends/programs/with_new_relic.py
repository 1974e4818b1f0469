# SPDX-License-Identifier: Apache-2.0
import newrelic.agent

newrelic.agent.initialize()
newrelic.agent.register_application(timeout=10.0)

from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

import application

GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

# New Relic keeps spans of transactions alone: a web request is one, other work has to be made one.
newrelic.agent.background_task()(application.main)()

newrelic.agent.shutdown_agent(timeout=10.0)
