/** The JavaScript client basic-ftp: downloads a file, uploads it again, lists, and says the sizes as JSON. Arguments: host, user's own name for the upload. */
import { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { Client } from 'basic-ftp';

const [host = '', name = ''] = process.argv.slice(2);
const client = new Client(10_000);
const pieces: Buffer[] = [];
const sink = new Writable({
  write: (piece: Buffer, _encoding, done) => {
    pieces.push(piece);
    done();
  },
});
await client.access({ host });
await client.downloadTo(sink, 'small.bin');
const bytes = Buffer.concat(pieces);
await client.uploadFrom(Readable.from(bytes), `incoming/${name}`);
const listed = (await client.list('incoming')).some(
  (file) => file.name === name && file.size === bytes.length,
);
client.close();
process.stdout.write(JSON.stringify({ bytes: bytes.length, listed }));
