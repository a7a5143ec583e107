/**
 * The way through all of it: the text of another program's config → the text of ours, and a sentence about everything that
 * stood in it. Reads no file; never throws, whatever the text.
 */
import { MOST_BYTES, parseConfig } from '../config/load.js';
import { fillGaps } from './fill.js';
import { fromComplaint, sortFindings, type Finding } from './finding.js';
import { recogniseFormat, type Format } from './formats.js';
import { readKeepalived } from './keepalived/read.js';
import { openLedger, type Ledger, type Occurrence } from './ledger.js';
import type { PairPart } from './parts.js';
import { comparePeer } from './piranha/peer.js';
import { parseLvs } from './piranha/parse.js';
import { translateLvs } from './piranha/translate.js';
import { createPlaceholders, type Placeholders } from './placeholders.js';
import { writePair } from './write.js';

/** What is to be translated. */
export interface ImportRequest {
  readonly text: string;
  /** Without it the content decides. */
  readonly format: Format | undefined;
  /** How the file is called in the remarks of the YAML. */
  readonly file: string;
  /** The other router's file. */
  readonly peer: string | undefined;
}

/** A translation with everything that is to be said about it; or why there is none. */
export type ImportResult =
  | {
      readonly ok: true;
      readonly format: Format;
      readonly yaml: string;
      readonly findings: readonly Finding[];
    }
  | { readonly ok: false; readonly problem: string; readonly cure: string };

/** What a format's reader gives: a pair with gaps, and what must be answered for. */
export interface Translation {
  readonly part: PairPart;
  readonly all: readonly Occurrence[];
  readonly mistakes: readonly Finding[];
}

/** Translates a text. */
export function importConfig(request: ImportRequest): ImportResult {
  const format = request.format ?? recogniseFormat(request.text);
  if (format === undefined) return refused('is neither an lvs.cf nor a keepalived.conf');
  const ledger = openLedger();
  const placeholders = createPlaceholders(request.text);
  const { part, all, mistakes } = READERS[format](request, ledger, placeholders);
  if (all.length === 0) return refused(`holds nothing that ${NAMES[format]} would know`);
  const yaml = writePair(fillGaps(part, placeholders, ledger), headOf(request, format));
  const findings = [...mistakes, ...ledger.close(all), ...proofOf(yaml)];
  return { ok: true, format, yaml, findings: sortFindings(findings) };
}

const NAMES: Readonly<Record<Format, string>> = { piranha: 'Piranha', keepalived: 'keepalived' };

function refused(problem: string): ImportResult {
  const cure =
    "give Piranha's /etc/sysconfig/ha/lvs.cf or keepalived's /etc/keepalived/keepalived.conf, and say --format if it is one of them";
  return { ok: false, problem, cure };
}

type Reader = (request: ImportRequest, ledger: Ledger, placeholders: Placeholders) => Translation;

const READERS: Readonly<Record<Format, Reader>> = { piranha: readPiranha, keepalived: readKeepalived };

function readPiranha({ text, peer }: ImportRequest, ledger: Ledger, placeholders: Placeholders): Translation {
  const file = parseLvs(text);
  const part = translateLvs(file, ledger, placeholders);
  if (peer !== undefined) comparePeer(file, parseLvs(peer), ledger);
  return { part, all: file.all, mistakes: file.mistakes };
}

function headOf({ file }: ImportRequest, format: Format): readonly string[] {
  return [
    `The pair that ${file} describes (${NAMES[format]}), translated by \`ftpair import\`. "line N" is the line there.`,
    'Lines with CHANGE hold what that file could not say. When they are right: ftpair check --config THIS_FILE',
    'The SAME file is used on both directors.',
  ];
}

/** What our own rules say about the translation. */
function proofOf(yaml: string): readonly Finding[] {
  const size = Buffer.byteLength(yaml);
  if (size > MOST_BYTES) {
    const problem = `has ${size} bytes, and a config of ours at most ${MOST_BYTES}: it was not checked`;
    return [{ outcome: 'lost', line: 0, key: 'the translation', problem, cure: 'make a pair of its own for some services' }]; // prettier-ignore
  }
  const result = parseConfig(yaml, 'the translation');
  const complaints = result.ok ? result.warnings : result.complaints;
  const lines = yaml.split('\n');
  return complaints.map((complaint) => fromComplaint(lines, complaint));
}
