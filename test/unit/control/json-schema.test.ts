/** The documented shapes of `--json`: complete, true to what the daemon says, and the files beside the config's schema. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ANSWER_NAMES, type AnswerName, answerKeys, answerSchema } from '../../../src/control/json-schema.js';
import {
  EVENTS_MEANINGS,
  type Meanings,
  SESSIONS_MEANINGS,
  STATUS_MEANINGS,
} from '../../../src/control/meanings.js';
import { toJson } from '../../../src/control/schema.js';
import { VIEW } from './view.js';

const FILES = new URL('../../../config/', import.meta.url);
const MEANINGS: Readonly<Record<AnswerName, Meanings>> = {
  status: STATUS_MEANINGS,
  sessions: SESSIONS_MEANINGS,
  events: EVENTS_MEANINGS,
};

function complaints(name: AnswerName, answer: unknown): readonly string[] {
  const validate = new Ajv2020({ allErrors: true }).compile(answerSchema(name));
  return validate(answer)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

describe.each(ANSWER_NAMES)('the JSON Schema of %s', (name) => {
  it('says of every key what it means, and of no other one', () => {
    const keys = answerKeys(name);
    expect(keys.filter((key) => MEANINGS[name][key] === undefined)).toEqual([]);
    expect(Object.keys(MEANINGS[name]).filter((key) => key !== '' && !keys.includes(key))).toEqual([]);
  });

  it('is the file in config/ ("ftpair schema", then prettier)', () => {
    const file = readFileSync(new URL(`${name}.schema.json`, FILES), 'utf8');
    expect(JSON.parse(file)).toEqual(answerSchema(name));
  });
});

describe('a status', () => {
  const answer = JSON.parse(toJson(VIEW)) as Record<string, unknown>;

  it('fits its schema as the daemon writes it', () => {
    expect(complaints('status', answer)).toEqual([]);
  });

  it('without a key, or with a word for a number, does not', () => {
    const rest = Object.fromEntries(Object.entries(answer).filter(([key]) => key !== 'role'));
    expect(complaints('status', rest)).toEqual([" must have required property 'role'"]);
    expect(complaints('status', { ...answer, term: 'eight' })).toEqual(['/term must be number']);
  });

  it('may have keys of a later version', () => {
    expect(complaints('status', { ...answer, colour: 'blue' })).toEqual([]);
  });
});
