/** Rules about the two directors and their links. `F` is the name of the file. */
import { describe } from 'vitest';
import { KEY_LINE, LAST, after, hold, pulse } from './good.js';

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
    ['one name', 'name: beta', 'name: alpha', 'F:5:11: nodes[1].name: both nodes are named alpha'],
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
      'F:6:41: nodes[1].public.address: 192.0.2.2 is already the address of nodes[0].public',
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
      'F:8:14: nodes[1].extra.public: public is a link that every node has already',
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
      'F:8:30: warning: nodes[1].extra.x.interface: eth1 is already the interface of nodes[1].private',
    ],
    [
      'two families on one path',
      '10.0.0.3',
      '2001:db8:1::3',
      'F:7:42: nodes[1].private.address: 2001:db8:1::3 is IPv6, but 10.0.0.2 at the other end of private is IPv4',
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
      'F:10:28: pulse.paths[2]: public is listed twice',
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
      'F:10:10: warning: pulse.paths: with one path, a cut cable looks like a dead peer',
    ],
  ]);
});
