# SPDX-License-Identifier: Apache-2.0
from solarwinds_apm.api import solarwinds_ready

import application

# Until its settings have arrived, SolarWinds samples nothing.
solarwinds_ready(wait_milliseconds=10_000)

application.main()
