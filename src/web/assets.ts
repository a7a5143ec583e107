/** What the browser gets beside the page. Its paths change with its content, so that an upgrade is seen at once. */
import { createHash } from 'node:crypto';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

/** Two routers side by side. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="1" y="4" width="6" height="8" rx="1" fill="#0f6b36"/><rect x="9" y="4" width="6" height="8" rx="1" fill="#1d4f8f"/></svg>\n';

function asset(name: string, extension: string, type: string, text: string): Asset {
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { path: `/${name}-${mark}.${extension}`, type, text };
}

export const ASSETS = {
  style: asset('style', 'css', 'text/css; charset=utf-8', STYLE),
  script: asset('live', 'js', 'text/javascript; charset=utf-8', SCRIPT),
  icon: asset('icon', 'svg', 'image/svg+xml', ICON),
} as const;
