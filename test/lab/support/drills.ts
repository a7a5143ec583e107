/** What the drill's lab tests share: a pair that can be drilled, the command on a director, and the traces that it may leave. */
import type { DrillRecord } from '../../../src/drill/record.js';
import { type Lab, type LabOptions, raiseLab } from '../../../src/lab/lab.js';
import { type Finished, pidsIn } from '../../../src/lab/ip-command.js';
import { prepared } from '../../../src/lab/paths.js';
import type { DirectorName } from '../../../src/lab/plan.js';

export const DRILL = {
  addresses: ['198.51.100.250/24'],
  download: '/middle.bin',
  upload: '/incoming/drill',
  upload_bytes: 200_000,
};

/** Two servers, slow enough for transfers that run. */
export function drillLab(options: LabOptions = {}): Promise<Lab> {
  const { config, ...others } = options;
  return raiseLab({
    servers: ['vsftpd', 'pure-ftpd'],
    ratePerSecond: 4_000_000,
    config: { drill: DRILL, ...config },
    ...others,
  });
}

function wordsFor(lab: Lab, name: DirectorName, words: readonly string[]): string[] {
  const { runtimeDir } = lab.director(name);
  const own = ['--config', lab.config, '--node', name, '--runtime-dir', runtimeDir];
  return [prepared('dist/main.js'), 'drill', ...words, ...own];
}

/** Runs `ftpair drill` on a director to its end. */
export function drill(lab: Lab, name: DirectorName, ...words: readonly string[]): Promise<Finished> {
  return lab.director(name).run(process.execPath, wordsFor(lab, name, words));
}

export function recordOf({ stdout }: Finished): DrillRecord {
  return JSON.parse(stdout) as DrillRecord;
}

/** What a director's kernel and process table show that a drill might leave behind. Numbers that count up are taken out. */
export async function traces(lab: Lab, name: DirectorName): Promise<string> {
  const director = lab.director(name);
  const commands = [
    ['ip', '-o', 'link'],
    ['ip', 'netns', 'list-id'],
    ['tc', 'qdisc'],
    ['tc', 'filter', 'show', 'dev', 'pub0', 'ingress'],
    ['tc', 'filter', 'show', 'dev', 'pub0', 'egress'],
    ['nft', 'list', 'tables'],
  ] as const;
  const shown = await Promise.all(
    commands.map(async ([word, ...rest]) => (await director.run(word, rest)).stdout),
  );
  return [...shown, `${pidsIn(director.namespace).length} processes`].join('\n');
}
