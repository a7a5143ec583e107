/** Rules about the steps of an FTP dialogue: their order, and what each needs. Pure: a check in, findings out. */
import { stepsOf } from '../build-check.js';
import { error, type Finding } from '../complaint.js';
import { CHECK_STEPS, type CheckStep } from '../model.js';
import type { CheckAt } from './check-facts.js';

/** Steps that mean nothing without another one before them. */
const NEEDS: Readonly<Partial<Record<CheckStep, CheckStep>>> = {
  auth_tls: 'greeting',
  login: 'greeting',
  pwd: 'login',
  cwd: 'login',
  type: 'login',
  data: 'login',
  quit: 'greeting',
};

/** Nothing is said about steps that are not readable, nor about a check that is no dialogue. */
export function stepRules(check: CheckAt): readonly Finding[] {
  const { steps: written, cwd, program, expect, expect_pattern } = check.value;
  if ((program ?? expect ?? expect_pattern) !== undefined) return [];
  if (check.has('steps') && written === undefined) return [];
  const known = (written ?? []).filter((step) => step !== undefined);
  if (known.length < (written?.length ?? 0)) return [];
  const steps = stepsOf({ steps: written === undefined ? undefined : known, cwd });
  return [
    ...(check.has('steps') ? orderRules(check, steps) : []),
    ...directoryRules(check, steps),
    ...tlsRules(check, steps),
  ];
}

function orderRules({ path }: CheckAt, steps: readonly CheckStep[]): readonly Finding[] {
  const at = [...path, 'steps'];
  if (steps[0] !== 'connect')
    return [error(at, 'the first step must be connect', `write \`steps: [connect, …]\``)];
  const places = steps.map((step) => CHECK_STEPS.indexOf(step));
  const misplaced = steps.find((_, index) => index > 0 && (places[index] ?? 0) <= (places[index - 1] ?? 0));
  if (misplaced !== undefined) {
    return [error(at, `the step ${misplaced} is out of order`, `keep this order: ${CHECK_STEPS.join(', ')}`)];
  }
  if (steps.includes('implicit_tls') && steps.includes('auth_tls')) {
    const cure = 'keep implicit_tls (port 990), or auth_tls (port 21)';
    return [error(at, 'TLS begins once: before the greeting or by AUTH TLS', cure)];
  }
  return steps.flatMap((step) => {
    const needed = NEEDS[step];
    if (needed === undefined || steps.includes(needed)) return [];
    return [error(at, `the step ${step} needs the step ${needed}`, `add ${needed}, or remove ${step}`)];
  });
}

function directoryRules({ path, value, has }: CheckAt, steps: readonly CheckStep[]): readonly Finding[] {
  if (steps.includes('cwd') && value.cwd === undefined && !has('cwd') && has('steps')) {
    const cure = 'add `cwd: /pub`, or remove the step';
    return [error([...path, 'steps'], 'the step cwd needs a directory', cure)];
  }
  if (steps.includes('cwd') || !has('cwd')) return [];
  const finding = error([...path, 'cwd'], 'no step changes to this directory', 'add cwd to `steps`');
  return [{ ...finding, at: 'key' }];
}

function tlsRules({ path, has }: CheckAt, steps: readonly CheckStep[]): readonly Finding[] {
  if (!has('tls') || steps.includes('auth_tls') || steps.includes('implicit_tls')) return [];
  const cure = 'add one, such as `steps: [connect, greeting, auth_tls, login, data, quit]`, or remove tls';
  return [{ ...error([...path, 'tls'], 'no step begins TLS', cure), at: 'key' }];
}
