/** The list of metrics for people, as `config/metrics.md` holds it. Pure. */
import { CATALOGUE } from './catalogue.js';

/** A page in Markdown. */
export function metricsPage(): string {
  const rows = CATALOGUE.map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return `${[
    '# Metrics',
    '',
    'What `ftpair metrics` prints, and the web page serves at `/metrics`. Every label comes from the config or from a closed set of words,',
    'none from clients.',
    '',
    '| metric | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n')}\n`;
}
