# SPDX-License-Identifier: Apache-2.0
"""Four small applications that call Gmail, traced: a script, a mailer, a web service, a backup."""
