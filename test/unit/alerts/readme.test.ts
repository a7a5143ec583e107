/** The README's table of alerts and the catalogue say the same, both ways. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isResolution } from '../../../src/alerts/conditions.js';
import { severityOf } from '../../../src/alerts/describe.js';
import { ALERT_IDS } from '../../../src/config/alert-ids.js';

const README = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
const section = /\n## Alerts\n(.*?)\n## /s.exec(README)?.[1] ?? '';
const rows = Array.from(
  section.matchAll(/^\| `([a-z-]+)` \| (\w+) \| (.+) \| (.+) \|$/gm),
  ([, ...cells]) => cells,
);

test('every alert has its row, with its severity', () => {
  const wanted = ALERT_IDS.map((id) => `${id} ${severityOf(id)}`);
  expect(rows.map(([id, severity]) => `${id ?? ''} ${severity ?? ''}`).sort()).toEqual(wanted.sort());
});

test('what ends a condition is called over', () => {
  const over = rows.filter(([, , meaning]) => meaning?.startsWith('over: ')).map(([id]) => id);
  expect(over.sort()).toEqual(ALERT_IDS.filter(isResolution).sort());
});
