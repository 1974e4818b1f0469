# SPDX-License-Identifier: Apache-2.0
"""Small applications that call Gmail, traced: a script, a mailer, a web service, a backup, ..."""
