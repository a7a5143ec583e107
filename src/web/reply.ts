/** What is answered, and the headers that every answer has. Pure. */

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everything from here, nothing inline, nothing of others; no frame around it, no form to elsewhere. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** For a picture that somebody opens by itself: its styles are inside it, its scripts do not run. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

const COMMON: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** All headers of an answer but its length. */
export function headersOf({ type, headers }: Pick<Reply, 'type' | 'headers'>): Record<string, string> {
  return { ...COMMON, 'content-type': type, ...headers };
}

export function page(body: string, status = 200): Reply {
  return { status, type: 'text/html; charset=utf-8', body };
}

/** A sentence; it must not repeat what was asked. */
export function plain(
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, type: 'text/plain; charset=utf-8', body: `${sentence}\n`, headers };
}

/** A drill's report. */
export function report(name: string, body: Buffer): Reply {
  if (name.endsWith('.json')) return { status: 200, type: 'application/json', body };
  return { status: 200, type: 'image/svg+xml', body, headers: { 'content-security-policy': PICTURE_POLICY } };
}
