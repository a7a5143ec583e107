/** Rules about collectors and hooks. Pure: facts in, findings out. */
import { error, type Finding } from '../complaint.js';
import { items, type Facts } from './facts.js';

export function alertRules(facts: Facts): readonly Finding[] {
  return [...collectors(facts), ...hooks(facts)];
}

/** Keys about a certificate beside a protocol that has none would promise what does not happen. */
function collectors({ draft, written }: Facts): readonly Finding[] {
  return items(draft.alerts?.syslog?.remote, ['alerts', 'syslog', 'remote']).flatMap(({ path, value }) => {
    const at = [...path, 'tls'];
    if (!written(at) || value.protocol === undefined || value.protocol === 'tls') return [];
    const problem = `\`tls\` means nothing with the protocol ${value.protocol}`;
    return [{ ...error(at, problem, 'write `protocol: tls`, or remove it'), at: 'key' as const }];
  });
}

function hooks({ draft }: Facts): readonly Finding[] {
  return items(draft.hooks, ['hooks']).flatMap(({ path, value: { on, run } }) => {
    const cure = 'write its whole path first, such as `run: [/etc/ftpair/hooks/mail.sh, root]`';
    const program = run?.[0];
    return [
      ...(on?.length === 0
        ? [error([...path, 'on'], 'no alert is named', 'write the ids of alerts, or `*` for all')]
        : []),
      ...(on?.includes('hook-failed') === true
        ? [
            error(
              [...path, 'on'],
              'a hook cannot run when a hook fails',
              'remove hook-failed: syslog tells it',
            ),
          ]
        : []),
      ...(run?.length === 0 ? [error([...path, 'run'], 'no program is named', cure)] : []),
      ...(program === undefined || program.startsWith('/')
        ? []
        : [error([...path, 'run', 0], `\`${program}\` is not an absolute path`, cure)]),
    ];
  });
}
