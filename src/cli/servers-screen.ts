/** Servers as text: a table of all, or everything of one. Pure: what the daemon said in, a text out. */
import type { OpinionView, ProbeView, ServerView, StatusView } from '../control/status.js';
import { createPaint, type Paint, table, type Tone } from './paint.js';
import type { NamedServer } from './server-names.js';
import { standingWords } from './servers.js';
import { countWords, durationWords, endpointWords, measuredWords } from './words.js';

const TITLES = ['server', 'service', 'address', 'standing', 'weight', 'sessions', 'last probe'];

/** One line for each server; ends with a newline. */
export function renderServers({ node, services }: StatusView, colour: boolean): string {
  const paint = createPaint(colour);
  const rows = services.flatMap((service) =>
    service.servers.map((server) => row({ service, server }, paint)),
  );
  if (rows.length === 0) return `${paint(`no server in the config of ${node}`)}\n`;
  return `${table([TITLES.map((title) => paint(title, 'faint')), ...rows]).join('\n')}\n`;
}

function row({ service, server }: NamedServer, paint: Paint): string[] {
  return [
    paint(server.name),
    paint(service.name),
    paint(endpointWords(server.address, server.port)),
    paint(server.standing, standingTone(server)),
    paint(weightWords(server)),
    paint(String(server.sessions)),
    probeCell(server.probe, paint),
  ];
}

/** Green for new sessions without a reservation, red for none. */
export function standingTone({ standing, effectiveWeight }: ServerView): Tone {
  if (standing === 'ok') return 'good';
  return effectiveWeight > 0 ? 'warn' : 'bad';
}

/** `2`; `1.5 of 2`; `3 (config 2)`. */
export function weightWords({ weight, orders, effectiveWeight }: ServerView): string {
  const full = orders.weight ?? weight;
  const partly = effectiveWeight > 0 && effectiveWeight !== full;
  const share = partly ? `${Math.round(effectiveWeight * 10) / 10} of ` : '';
  return `${share}${full}${full === weight ? '' : ` (config ${weight})`}`;
}

function probeCell(probe: ProbeView | undefined, paint: Paint): string {
  if (probe === undefined) return paint('none yet', 'warn');
  const when = `${durationWords(probe.agoMillis)} ago, ${probe.totalMillis.toFixed(1)} ms`;
  if (probe.ok) return `${paint('ok', 'good')} ${paint(when)}`;
  return `${paint(`${probe.reason} at ${probe.step}`, 'bad')} ${paint(when)}`;
}

/** Everything that is known of one server; ends with a newline. */
export function renderServer(view: StatusView, { service, server }: NamedServer, colour: boolean): string {
  const paint = createPaint(colour);
  const where = `${endpointWords(server.address, server.port)}, behind ${endpointWords(service.address, service.port)}`;
  const facts: readonly (readonly [string, string])[] = [
    ['standing', paint(`${server.standing}: ${standingWords(server.standing)}`, standingTone(server))],
    ['new sessions', kernelCell(server, paint)],
    ['weight', paint(weightWords(server))],
    ['sessions', paint(String(server.sessions))],
    ['echo', paint(measuredWords(server.echoMillis))],
    [`${view.node} says`, opinionCell(server.verdicts.here, paint)],
    [`${view.peer.name} says`, opinionCell(server.verdicts.peer, paint)],
    ['orders', paint(orderWords(server))],
  ];
  return `${[
    `${paint(`${service.name}/${server.name}`, 'title')} ${paint(where)}`,
    ...table(facts.map(([name, value]) => [paint(name, 'faint'), value])),
    ...probeLines(server.probe, paint),
  ].join('\n')}\n`;
}

function kernelCell({ inRotation, full, effectiveWeight }: ServerView, paint: Paint): string {
  if (full === true) return paint('none: it has all that the limits allow', 'warn');
  const changing = inRotation === effectiveWeight > 0 ? '' : paint(' (being changed)', 'warn');
  return `${inRotation ? paint('yes', 'good') : paint('none', 'bad')}${changing}`;
}

function opinionCell({ verdict, reason }: OpinionView, paint: Paint): string {
  const tones = { up: 'good', down: 'bad', unknown: 'warn' } as const;
  const why = reason === '' || reason === 'unknown' || reason === 'ok' ? '' : ` (${reason})`;
  return `${paint(verdict, tones[verdict])}${paint(why)}`;
}

function orderWords({ orders: { drain, force, weight } }: ServerView): string {
  const words = [
    ...(drain ? ['drained'] : []),
    ...(force === 'auto' ? [] : [`forced ${force}`]),
    ...(weight === undefined ? [] : [`weight ${weight}`]),
  ];
  return words.length === 0 ? 'none' : words.join(', ');
}

function probeLines(probe: ProbeView | undefined, paint: Paint): string[] {
  if (probe === undefined) return [`  ${paint('no probe has ended yet', 'warn')}`];
  const outcome = probe.ok ? paint('ok', 'good') : paint(`${probe.reason} at ${probe.step}`, 'bad');
  const said = probe.detail === '' ? '' : `: ${paint(probe.detail)}`;
  const took = `${probe.totalMillis.toFixed(1)} ms in ${countWords(probe.steps.length, 'step')}`;
  return [
    `  ${paint('last probe', 'faint')} ${outcome}${said} ${paint(`(${took}, ${durationWords(probe.agoMillis)} ago)`)}`,
    ...table(
      probe.steps.map(({ step, mode, millis }) => [
        paint(mode === undefined ? step : `${mode} ${step}`),
        paint(`${millis.toFixed(1)} ms`),
      ]),
    ).map((line) => `  ${line}`),
  ];
}
