# SPDX-License-Identifier: Apache-2.0
import os

import sentry_sdk
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from sentry_sdk.integrations.otlp import OTLPIntegration

import application

sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], integrations=[OTLPIntegration()])
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
