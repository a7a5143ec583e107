/** The version of this program, for `ftpair version` and the status. Reads package.json; decides nothing. */
import { readFileSync } from 'node:fs';

/** The version in package.json, such as `0.1.0`; `unknown` where the file is not beside the program. */
export function programVersion(): string {
  try {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const content: unknown = JSON.parse(text);
    return hasVersion(content) ? content.version : 'unknown';
  } catch {
    return 'unknown';
  }
}

function hasVersion(content: unknown): content is { readonly version: string } {
  return (
    typeof content === 'object' &&
    content !== null &&
    'version' in content &&
    typeof content.version === 'string'
  );
}
