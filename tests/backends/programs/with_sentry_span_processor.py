# SPDX-License-Identifier: Apache-2.0
import os

import sentry_sdk
from opentelemetry import trace
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.propagate import set_global_textmap
from opentelemetry.sdk.trace import TracerProvider
from sentry_sdk.integrations.opentelemetry import SentryPropagator, SentrySpanProcessor

import application

sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], traces_sample_rate=1.0, instrumenter="otel")
provider = TracerProvider()
provider.add_span_processor(SentrySpanProcessor())
trace.set_tracer_provider(provider)
set_global_textmap(SentryPropagator())
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
