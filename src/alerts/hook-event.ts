/** What a hook is told of an alert: its environment, and a line of JSON. Pure. */
import type { Told } from './fanout.js';
import { cutUtf8, oneLine } from './text.js';

/** Which router says it, and what it is at that moment. */
export interface Teller {
  readonly node: string;
  readonly role: string;
}

const VALUE_LIMIT_BYTES = 1024;

/** The variables, beside PATH and LC_ALL. Values are one line of at most 1024 bytes. */
export function hookEnvironment(
  { notice, description }: Told,
  { node, role }: Teller,
): Readonly<Record<string, string>> {
  const own = {
    FTPAIR_EVENT: notice.alert.id,
    FTPAIR_SEVERITY: description.severity,
    FTPAIR_NODE: node,
    FTPAIR_ROLE: role,
    FTPAIR_TEXT: description.text,
    FTPAIR_TIME: notice.time.toISOString(),
  };
  const facts = description.fields.map(({ name, value }) => [variable(name), value]);
  const all = [...Object.entries(own), ...facts];
  return Object.fromEntries(
    all.map(([name = '', value = '']) => [name, cutUtf8(oneLine(value), VALUE_LIMIT_BYTES)]),
  );
}

/** `silentMillis` → `FTPAIR_FIELD_SILENT_MILLIS`. */
function variable(field: string): string {
  return `FTPAIR_FIELD_${field.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

/** The same as one line of JSON. */
export function hookInput({ notice, description }: Told, { node, role }: Teller): string {
  const event = {
    event: notice.alert.id,
    severity: description.severity,
    node,
    role,
    text: description.text,
    time: notice.time.toISOString(),
    fields: Object.fromEntries(description.fields.map(({ name, value }) => [name, value])),
  };
  return `${JSON.stringify(event)}\n`;
}
