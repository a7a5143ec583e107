/** Many mistakes at once, and how complaints look. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { formatComplaint, formatPath, sortComplaints } from '../../../src/config/complaint.js';
import { quote } from '../../../src/config/parsed.js';
import { complaintsOf, GOOD } from './good.js';

it('says nothing about a good file', () => {
  expect(complaintsOf(GOOD)).toEqual([]);
});

it('tells every mistake of a file in order of place, and rules between good values among them', () => {
  const text = [
    'nodes:',
    '  - name: alpha',
    '    public: { interface: eth0, adress: 192.0.2.2 }',
    '    private: { interface: eth0, address: 10.0.0.2 }',
    '  - name: alpha',
    '    public: { interface: eth0, address: 192.0.2.3 }',
    'pulse:',
    '  interval: 40',
    '  silence: 1ms',
    'virtual_addresses:',
    '  public: [192.0.2.10, 192.0.2.11/24]',
    '  gateway: [10.0.0.1/24, 10.0.0.1/24]',
    'services:',
    '  - name: ftp',
    '    address: 192.0.2.11',
    '    address: 192.0.2.11',
    '    servers:',
    '      - { name: one, address: 10.0.0.2, weight: heavy }',
    'check: { interval: 2s }',
  ].join('\n');
  expect(complaintsOf(text).map((line) => /^F:[0-9:]+: [^:]+/.exec(line)?.[0])).toEqual([
    'F:3:32: nodes[0].public.adress',
    'F:4:27: nodes[0].private.interface',
    'F:5:5: nodes[1].private',
    'F:5:11: nodes[1].name',
    'F:8:3: pulse.key_file',
    'F:8:13: pulse.interval',
    'F:11:12: virtual_addresses.public[0]',
    'F:12:26: virtual_addresses.gateway[1]',
    'F:16:5: this key is written twice; keep one of the two',
    'F:18:49: services[0].servers[0].weight',
    'F:19:20: check.interval',
  ]);
});

describe('a complaint', () => {
  const complaint = {
    file: 'f.yaml',
    line: 3,
    column: 7,
    path: 'pulse.port',
    problem: 'is bad',
    cure: 'mend it',
  };

  it('begins with the place, as compilers do', () => {
    expect(formatComplaint({ ...complaint, level: 'error' })).toBe('f.yaml:3:7: pulse.port: is bad; mend it');
  });

  it('says that it is a warning', () => {
    expect(formatComplaint({ ...complaint, level: 'warning' })).toBe(
      'f.yaml:3:7: warning: pulse.port: is bad; mend it',
    );
  });

  it('has no place when it is about the file as a whole', () => {
    const whole = { ...complaint, line: 0, column: 0, path: '' };
    expect(formatComplaint({ ...whole, level: 'error' })).toBe('f.yaml: is bad; mend it');
  });

  it('never holds a control character, not even from the name of the file', () => {
    const odd = { ...complaint, file: 'f\u001b[2J.yaml', problem: 'is\nbad' };
    expect(formatComplaint({ ...odd, level: 'error' })).toBe('f?[2J.yaml:3:7: pulse.port: is?bad; mend it');
  });

  it('shows keys that could play tricks on a terminal in quotes', () => {
    expect(formatPath(['nodes', 1, 'extra', '\u001b[31m\u009b'])).toBe('nodes[1].extra."\\u001b[31m\\u009b"');
  });
});

it('complaints at one place stand in the order of their paths, then of their problems', () => {
  const at = (line: number, column: number, path: string, problem: string) =>
    ({ file: 'F', line, column, path, problem, cure: '', level: 'error' }) as const;
  const right = [
    at(1, 2, 'z', 'z'),
    at(2, 1, 'nodes', 'is bad'),
    at(2, 1, 'nodes', 'is worse'),
    at(2, 1, 'pulse', 'is bad'),
    at(2, 3, 'a', 'a'),
  ];
  expect(sortComplaints(right)).toEqual(right);
  expect(sortComplaints([...right].reverse())).toEqual(right);
  expect(
    sortComplaints([right[2], right[4], right[1], right[3], right[0]].flatMap((one) => one ?? [])),
  ).toEqual(right);
});

it('a value of 60 characters is shown whole, a longer one is cut to 60', () => {
  expect(quote('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
  expect(quote('x'.repeat(61))).toBe(`"${'x'.repeat(57)}..."`);
});
