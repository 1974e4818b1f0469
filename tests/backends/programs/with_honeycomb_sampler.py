# SPDX-License-Identifier: Apache-2.0
from honeycomb.opentelemetry.sampler import DeterministicSampler
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

import application

provider = TracerProvider(sampler=DeterministicSampler(1))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
GoogleApiClientInstrumentor().instrument()
Httplib2Instrumentor().instrument()

application.main()
