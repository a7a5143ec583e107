import { expect, test } from 'vitest';
import { contentBytes, sha256 } from '../../../src/drill/content-bytes.js';
import { content } from '../../../src/lab/content.js';

test('the files have the checksums that are written down, so a changed generator is noticed', () => {
  expect(sha256(contentBytes(content.small))).toBe(
    '5628bc02717999ad42333c61e9cc08535430c338338acb0ec241b5a586c9abd9',
  );
  expect(sha256(contentBytes(content.middle))).toBe(
    '4694af9bd7166b83a4cbe7b164f6f8fb07985e183de52678577a37727541fa63',
  );
  expect(content.middle.sha256).toBe('4694af9bd7166b83a4cbe7b164f6f8fb07985e183de52678577a37727541fa63');
  expect(content.big.sha256).toBe('455b0a9d86d345d364e15ac6b7e19815357950162c0ef17240f0aa007e3e1493');
});
