/** Rules about the two directors and their links. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { KEY_LINE, LAST, GOOD, after, change, complaintsOf, hold, pulse } from './good.js';

describe('the pair', () => {
  const EXTRA_A = '    extra: { cross: { interface: eth2, address: 169.254.7.1 } }\n';
  const B_PRIVATE = '    private: { interface: eth1, address: 10.0.0.3 }\n';
  hold([
    [
      'a preferred director that is none of the two',
      LAST,
      after('preferred: { node: alfa }'),
      'F:19:20: preferred.node: there is no node named alfa; write one of alpha and beta',
    ],
    ['a preferred director that is one of the two', LAST, after('preferred: { node: beta, after: 5m }')],
    [
      'one node',
      '  - name: beta\n    public: { interface: eth0, address: 192.0.2.3 }\n    private: { interface: eth1, address: 10.0.0.3 }\n',
      '',
      'F:2:3: nodes: a pair has two nodes, not 1; add the other director',
    ],
    [
      'three nodes',
      B_PRIVATE,
      `${B_PRIVATE}  - name: gamma\n    public: { interface: eth0, address: 192.0.2.4 }\n    private: { interface: eth1, address: 10.0.0.4 }\n`,
      'F:8:5: nodes[2]: a pair has two nodes, not 3; remove all but two',
    ],
    [
      'three nodes, of which the first two do not fit each other: one goes anyway',
      B_PRIVATE,
      `${B_PRIVATE}${EXTRA_A}  - name: gamma\n    public: { interface: eth0, address: 192.0.2.4 }\n    private: { interface: eth1, address: 10.0.0.4 }\n`,
      'F:9:5: nodes[2]: a pair has two nodes, not 3',
    ],
    [
      'one name',
      'name: beta',
      'name: alpha',
      'F:5:11: nodes[1].name: both nodes are named alpha; give each director a name of its own',
    ],
    [
      'one name in two spellings',
      'name: beta',
      'name: ALPHA',
      'F:5:11: nodes[1].name: both nodes are named ALPHA',
    ],
    [
      'one address',
      '192.0.2.3',
      '192.0.2.2',
      'F:6:41: nodes[1].public.address: 192.0.2.2 is already the address of nodes[0].public; write the address that this director has on this interface',
    ],
    [
      'one interface for both LANs',
      '{ interface: eth1, address: 10.0.0.3 }',
      '{ interface: eth0, address: 10.0.0.3 }',
      'F:7:27: nodes[1].private.interface: eth0 is already the interface of nodes[1].public; name the interface',
    ],
    [
      'an extra link on one node',
      B_PRIVATE,
      `${B_PRIVATE}${EXTRA_A}`,
      'F:2:5: nodes[0].extra: the other node has an extra link cross, this one has not; add `cross:',
    ],
    [
      'an extra link on the other node',
      '  - name: beta\n',
      `${EXTRA_A}  - name: beta\n`,
      'F:6:5: nodes[1].extra: the other node has an extra link cross, this one has not; add `cross:',
    ],
    [
      'an extra link with the name of another',
      B_PRIVATE,
      `${B_PRIVATE}    extra: { public: { interface: eth2, address: 169.254.7.1 } }\n`,
      'F:8:14: nodes[1].extra.public: public is a link that every node has already; give the extra link another name, such as `cross`',
    ],
    [
      'an extra link with the name of the other one',
      B_PRIVATE,
      `${B_PRIVATE}    extra: { private: { interface: eth2, address: 169.254.7.1 } }\n`,
      'F:8:14: nodes[1].extra.private: private is a link that every node has already',
    ],
    [
      'extra links on one node that cannot be read: nothing is said about those of the other',
      '  - name: beta\n',
      `${EXTRA_A}  - name: beta\n    extra: 5\n`,
      'F:7:12: nodes[1].extra: must be a mapping, not the number 5',
    ],
    [
      'a node that cannot be read: nothing is said about what the two have in common',
      GOOD.slice(GOOD.indexOf('  - name: beta\n'), GOOD.indexOf('pulse:')),
      `${EXTRA_A}  - beta\n`,
      'F:6:5: nodes[1]: must be a mapping, not "beta"',
    ],
    [
      'an extra link with a bad name',
      B_PRIVATE,
      `${B_PRIVATE}    extra: { "a b": { interface: eth2, address: 169.254.7.1 } }\n`,
      'F:8:14: nodes[1].extra."a b": "a b" cannot be the name of a link',
    ],
    [
      'an extra link on a used interface is a warning',
      B_PRIVATE,
      `${B_PRIVATE}    extra: { x: { interface: eth1, address: 169.254.7.1 } }\n`,
      'F:2:5: nodes[0].extra: the other',
      'F:8:30: warning: nodes[1].extra.x.interface: eth1 is already the interface of nodes[1].private; use another interface: two paths over one cable fail together',
    ],
    [
      'two families on one path',
      '10.0.0.3',
      '2001:db8:1::3',
      'F:7:42: nodes[1].private.address: 2001:db8:1::3 is IPv6, but 10.0.0.2 at the other end of private is IPv4; write IPv4 here or IPv6 there',
    ],
    [
      'an unknown path',
      KEY_LINE,
      pulse('paths: [public, private, cross]'),
      'F:10:28: pulse.paths[2]: no link is named cross; write one of public, private, or add it under extra',
    ],
    [
      'a path twice',
      KEY_LINE,
      pulse('paths: [public, private, public]'),
      'F:10:28: pulse.paths[2]: public is listed twice; remove one of the two',
    ],
    [
      'no path',
      KEY_LINE,
      pulse('paths: []'),
      'F:10:10: pulse.paths: the pulse needs a path; write `paths: [ public, private ]`',
    ],
    [
      'one path is a warning',
      KEY_LINE,
      pulse('paths: [public]'),
      'F:10:10: warning: pulse.paths: with one path, a cut cable looks like a dead peer; list every link that the directors share, such as `paths: [ public, private ]`',
    ],
  ]);

  const starts = (text: string): readonly string[] => complaintsOf(text).map((line) => line.slice(0, 34));

  it('does not miss the preferred director among names that cannot be read', () => {
    const text = change('name: alpha', 'name: 1', change('name: beta', 'name: 2'));
    expect(starts(change(LAST, after('preferred: { node: beta }'), text))).toEqual([
      'F:2:11: nodes[0].name: must be tex',
      'F:5:11: nodes[1].name: must be tex',
    ]);
  });

  it('knows a path of which only one node has the link', () => {
    const text = change(KEY_LINE, pulse('paths: [public, private, cross]'));
    expect(starts(change(B_PRIVATE, `${B_PRIVATE}${EXTRA_A}`, text))).toEqual([
      'F:2:5: nodes[0].extra: the other n',
    ]);
  });

  it('says nothing about a path while no extra links can be read', () => {
    const text = change(KEY_LINE, pulse('paths: [public, private, cross]'));
    const both = change('  - name: beta\n', '    extra: 5\n  - name: beta\n    extra: 6\n', text);
    expect(starts(both)).toEqual([
      'F:5:12: nodes[0].extra: must be a ',
      'F:7:12: nodes[1].extra: must be a ',
    ]);
  });

  it('does not propose a link whose name cannot stay', () => {
    const text = change(KEY_LINE, pulse('paths: [public, private, cross]'));
    const odd = change(B_PRIVATE, `${B_PRIVATE}${EXTRA_A.replace('cross', '"a b"')}`, text);
    expect(complaintsOf(odd).at(-1)).toBe(
      'F:11:28: pulse.paths[2]: no link is named cross; write one of public, private, or add it under extra',
    );
  });
});
