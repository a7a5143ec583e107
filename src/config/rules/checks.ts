/** Rules about health checks: times that fit, one kind of check, one kind of transfer. Pure: facts in, findings out. */
import { error, type Finding } from '../complaint.js';
import { formatDuration } from '../duration.js';
import { familyOf } from '../address.js';
import { LIMITED_PARTS } from '../model.js';
import { checksOf, writtenOf, type CheckAt, type DraftCheck } from './check-facts.js';
import { addressesOf, linksOf, nodesOf, serversOf, type Facts } from './facts.js';
import { stepRules } from './steps.js';

export function checkRules(facts: Facts): readonly Finding[] {
  return checksOf(facts).flatMap((check) => [
    ...timeoutFits(check),
    ...retryFits(check),
    ...limitsFit(check),
    ...oneTransfer(check),
    ...canary(check),
    ...modes(check),
    ...oneKind(check),
    ...answer(check),
    ...program(check),
    ...source(facts, check),
    ...stepRules(check),
  ]);
}

type Key = keyof DraftCheck;

/** A finding at the first of the keys that is written in this section; nothing where none is. */
function at(check: CheckAt, keys: readonly Key[], problem: string, cure: string): readonly Finding[] {
  const key = writtenOf(check, keys);
  return key === undefined ? [] : [error([...check.path, key], problem, cure)];
}

/** As `at`, about the key itself rather than its value. */
function atKey(check: CheckAt, keys: readonly Key[], problem: string, cure: string): readonly Finding[] {
  return at(check, keys, problem, cure).map((finding) => ({ ...finding, at: 'key' as const }));
}

function timeoutFits(check: CheckAt): readonly Finding[] {
  const { interval, timeout } = check.value;
  if (interval === undefined || timeout === undefined || timeout < interval) return [];
  const problem = `the timeout of ${formatDuration(timeout)} does not fit into the interval of ${formatDuration(interval)}`;
  const cure = 'make the timeout shorter, or the interval longer, such as 3s and 5s';
  return at(check, ['timeout', 'interval'], problem, cure);
}

function retryFits(check: CheckAt): readonly Finding[] {
  const { interval, retry } = check.value;
  if (interval === undefined || retry === undefined || retry <= interval) return [];
  const problem = `the retry of ${formatDuration(retry)} is longer than the interval of ${formatDuration(interval)}`;
  const cure = `write at most \`retry: ${formatDuration(interval)}\`, or remove it`;
  return at(check, ['retry', 'interval'], problem, cure);
}

function limitsFit(check: CheckAt): readonly Finding[] {
  const { limits, timeout } = check.value;
  if (timeout === undefined || !check.has('limits')) return [];
  return LIMITED_PARTS.flatMap((part) => {
    const limit = limits?.[part];
    if (limit === undefined || limit <= timeout) return [];
    const problem = `${formatDuration(limit)} is longer than the timeout of the whole probe, ${formatDuration(timeout)}`;
    return [error([...check.path, 'limits', part], problem, 'make it shorter, or the timeout longer')];
  });
}

const TRANSFERS = ['list', 'nlst', 'retr', 'stor'] as const;

function oneTransfer(check: CheckAt): readonly Finding[] {
  const [first, second] = TRANSFERS.filter((key) => check.has(key));
  if (first === undefined || second === undefined) return [];
  const problem = 'a probe either lists, fetches or stores';
  return atKey(check, [second], problem, `keep ${first} or ${second}, and remove the other`);
}

function canary(check: CheckAt): readonly Finding[] {
  if (check.value.retr !== undefined || check.has('retr')) return [];
  const problem = 'no file is fetched that could be compared';
  return atKey(check, ['size', 'sha256'], problem, 'add `retr: /canary.txt`, or remove it');
}

function modes(check: CheckAt): readonly Finding[] {
  const both = check.has('mode') && check.has('modes');
  const list = check.value.modes ?? [];
  if (both) return atKey(check, ['modes'], 'the data mode is written twice', 'keep mode or modes');
  if (check.has('modes') && check.value.modes?.length === 0)
    return at(check, ['modes'], 'no data mode is listed', 'write at least one, such as `modes: [epsv]`');
  if (new Set(list).size < list.length)
    return at(check, ['modes'], 'a data mode is listed twice', 'write each mode once');
  return overIpv6(check);
}

function overIpv6(check: CheckAt): readonly Finding[] {
  const used = check.value.modes ?? [check.value.mode];
  if (!used.every((mode) => mode === 'pasv' || mode === 'port')) return [];
  const servers = check.services.flatMap(serversOf);
  const six = servers.flatMap(addressesOf).find(({ value }) => familyOf(value) === 6);
  if (six === undefined) return [];
  const problem = `PASV and PORT cannot name an IPv6 address, and ${six.value} is one`;
  return at(check, ['modes', 'mode'], problem, 'add epsv, such as `modes: [pasv, epsv]`');
}

const DIALOGUE = ['steps', 'cwd', 'mode', 'modes', ...TRANSFERS, 'tls'] as const;

function oneKind(check: CheckAt): readonly Finding[] {
  const other = (['program', 'expect', 'expect_pattern'] as const).find(
    (key) => check.value[key] !== undefined,
  );
  if (other === undefined) return [];
  const problem = `is part of an FTP dialogue, and \`${other}\` replaces that`;
  return atKey(
    check,
    DIALOGUE,
    problem,
    `keep one of the two; in a service, \`steps\` replaces a global ${other}`,
  );
}

function answer(check: CheckAt): readonly Finding[] {
  const { send, expect, expect_pattern, program } = check.value;
  if (check.has('expect') && check.has('expect_pattern'))
    return atKey(check, ['expect_pattern'], 'the answer is described twice', 'keep expect or expect_pattern');
  if (send === undefined) return [];
  if (program !== undefined)
    return atKey(check, ['send'], 'nothing can be sent to a program', 'keep send or program');
  if (expect !== undefined || expect_pattern !== undefined) return [];
  return atKey(
    check,
    ['send'],
    'no answer is described',
    'add `expect: "220"`, the beginning of a good answer',
  );
}

function program(check: CheckAt): readonly Finding[] {
  const words = check.value.program;
  if (words === undefined) return [];
  const cure = 'write its whole path first, such as `program: [/usr/local/bin/check-ftp, "%h"]`';
  if (words.length === 0) return at(check, ['program'], 'no program is named', cure);
  const [path] = words;
  if (path === undefined || path.startsWith('/')) return [];
  return at(check, ['program'], `\`${path}\` is not an absolute path`, cure);
}

function source(facts: Facts, check: CheckAt): readonly Finding[] {
  const name = check.value.source;
  if (name === undefined || name === 'auto') return [];
  const nodes = nodesOf(facts).map((node) => [...linksOf(node).keys()]);
  if (nodes.every((links) => links.includes(name))) return [];
  const known = [
    'auto',
    'public',
    'private',
    ...(nodes[0] ?? []).filter((link) => link !== 'public' && link !== 'private'),
  ];
  return at(check, ['source'], `${name} is not a link of both nodes`, `write ${known.join(' or ')}`);
}
