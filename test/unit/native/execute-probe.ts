/** Starts itself over with another word, and says what it was started with; `refused` asks for a program that is not there. */
import { execute } from '../../../src/native.js';

const [file = '', word] = process.argv.slice(1);
if (word === 'first') execute([process.execPath, '--single-threaded-gc', file, 'second ü']);
const refused = word === 'refused' ? [execute(['/nonexistent', 'word']), execute([])] : [];
console.log(JSON.stringify({ pid: process.pid, flags: process.execArgv, word, refused }));
