/**
 * Instrument: one FTP download at a time (word `go`), with the time of every piece that arrived. To be run in the
 * client's namespace.
 *   download-main.ts HOST FILE
 */
import { FtpSession } from '../../../src/drill/session.js';
import { monotonicNow } from '../../../src/time.js';
import { hundredths, serveInstrument } from '../instrument.js';

export interface DownloadReport {
  /** When each piece arrived. */
  readonly pieces: readonly number[];
  /** Set when the download has ended: hex SHA-256 of what came, or what went wrong. */
  readonly ended: { readonly sha256: string; readonly problem: string } | null;
}

const [host = '', file = ''] = process.argv.slice(2);
let pieces: number[] = [];
let ended: DownloadReport['ended'] = null;

async function download(): Promise<void> {
  try {
    const session = await FtpSession.open({ host });
    await session.prepare('PASV');
    const { sha256, final } = await session.retrieve(file, () => pieces.push(hundredths(monotonicNow())));
    await session.quit();
    ended = { sha256, problem: final.code === 226 ? '' : `${final.code} ${final.text}` };
  } catch (error) {
    ended = { sha256: '', problem: error instanceof Error ? error.message : String(error) };
  }
}

serveInstrument((word) => {
  if (word === 'go') {
    [pieces, ended] = [[], null];
    void download();
  }
  if (word === 'reset') pieces = [];
  return word === 'report' ? ({ pieces, ended } satisfies DownloadReport) : null;
});
