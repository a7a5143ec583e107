/** `ftpair schema`: prints the JSON Schema of the config, or of an answer. Touches nothing. */
import { configSchema } from '../config/json-schema.js';
import { ANSWER_NAMES, type AnswerName, answerSchema } from '../control/json-schema.js';
import { ExitStatus } from '../fatal.js';
import type { Screen } from './screen.js';

/** At most one answer is wanted; the config's schema otherwise. */
export function schemaCommand(
  wanted: Readonly<Partial<Record<AnswerName, boolean>>>,
  screen: Screen,
): ExitStatus {
  const answer = ANSWER_NAMES.find((name) => wanted[name] === true);
  const schema = answer === undefined ? configSchema() : answerSchema(answer);
  screen.out(`${JSON.stringify(schema, undefined, 2)}\n`);
  return ExitStatus.ok;
}
