// SPDX-License-Identifier: Apache-2.0
// Reads queries as JSON; writes for each what Grafana's grammar of TraceQL does not understand.
const { parser } = require('@grafana/lezer-traceql');

const queries = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const mistakes = queries.map((query) => {
  const found = [];
  parser.parse(query).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) found.push(`${from}: ${query.slice(from, to) || 'something is missing'}`);
    },
  });
  return found;
});
process.stdout.write(JSON.stringify(mistakes));
