/**
 * A process that raises a lab under the token it is given, starts both directors and a program in the client, says
 * `raised` and then only waits. It exists to be interrupted.
 *   node --import tsx hold-lab.ts TOKEN
 */
import { raiseLab } from '../../../src/lab/lab.js';

const lab = await raiseLab({ token: process.argv[2] ?? 'hold', servers: ['vsftpd'] });
lab.director('alpha').start();
lab.director('beta').start();
lab.client.spawn('sleep', ['600']);
process.stdout.write('raised\n');
setInterval(() => undefined, 1000);
