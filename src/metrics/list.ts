/** The list of metrics for people, as `config/metrics.md` holds it. Pure. */
import { CATALOGUE } from './catalogue.js';

/** A page in Markdown. */
export function metricsPage(): string {
  const items = CATALOGUE.map(({ name, type, labels, help }) => {
    const words = labels.map((label) => `\`${label}\``).join(', ');
    return `- \`${name}\` (${type}${words === '' ? '' : ` by ${words}`}): ${help}`;
  });
  return `${[
    '# Metrics',
    '',
    'What `ftpair metrics` prints, and what the web page serves at `/metrics`. Labels come from the config or from closed sets of',
    'words, never from clients. Counters begin at 0 with the daemon.',
    '',
    ...items,
  ].join('\n')}\n`;
}
