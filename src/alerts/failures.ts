/**
 * The words for why a real server is down, and where to look. The alerts share them with whoever shows a verdict. It must not
 * decide anything: the reasons come from the nannies, and a test holds that every one of them has its words here.
 */

interface Words {
  readonly clause: string;
  readonly advice: string;
}

const LOOK = 'look at the FTP server there';
const ROAD = 'look at that machine and at the way to it';
const CONFIG = 'compare the check in the config with that server';
const RANGE = "look at the server's passive ports and at firewalls on the way";

const FAILURES: Readonly<Record<string, Words>> = {
  refused: { clause: 'nobody listens on its port', advice: 'start the FTP server there' },
  unreachable: { clause: 'it cannot be reached', advice: ROAD },
  timedOut: { clause: 'it did not answer in time', advice: LOOK },
  closed: { clause: 'it closed the control connection', advice: LOOK },
  greeting: { clause: 'it greets with a refusal', advice: LOOK },
  busy: { clause: 'it is too busy or going down (421)', advice: "look at the server's limit of sessions" },
  tls: { clause: 'TLS failed', advice: "look at the server's TLS settings" },
  certificate: {
    clause: 'its certificate is not accepted',
    advice: 'renew it, or mend `tls` of the check in the config',
  },
  login: {
    clause: 'the login was refused',
    advice: 'compare user and password of the check with that server',
  },
  directory: { clause: 'PWD or CWD was refused', advice: CONFIG },
  type: { clause: 'TYPE was refused', advice: LOOK },
  passive: { clause: 'PASV or EPSV was refused', advice: CONFIG },
  active: { clause: 'PORT or EPRT was refused', advice: CONFIG },
  wrongAddress: {
    clause: 'it uses another address for data channels than its own',
    advice: 'remove pasv_address, MasqueradeAddress or ForcePassiveIP there',
  },
  dataRefused: { clause: 'the data channel could not be opened', advice: RANGE },
  dataStalled: { clause: 'the data channel stood still', advice: RANGE },
  dataLost: { clause: 'the data channel broke', advice: LOOK },
  dataTooLong: { clause: 'it sent more data than a probe reads', advice: CONFIG },
  noFile: { clause: 'the path of the check is not there', advice: "look at the server's files" },
  wrongContent: { clause: 'the file of the check has other content', advice: "look at the server's files" },
  upload: { clause: 'storing or deleting was refused', advice: "look at the server's rights and free space" },
  transfer: { clause: 'the transfer was refused', advice: LOOK },
  notExpected: { clause: 'the answer was not the expected one', advice: CONFIG },
  program: { clause: 'the program of the check failed', advice: 'run the program by hand' },
  protocol: { clause: 'it does not speak FTP as it should', advice: LOOK },
  local: { clause: 'this router could not probe it', advice: 'look at this router' },
};

/** `login at password`, and what that means; an unknown reason is shown as it is. */
export function failureWords(reason: string, step: string | undefined): string {
  const at = step === undefined ? reason : `${reason} at ${step}`;
  const words = wordsOf(reason);
  return words === undefined ? at : `${at}: ${words.clause}`;
}

/** Where to look. */
export function failureAdvice(reason: string): string {
  return wordsOf(reason)?.advice ?? LOOK;
}

function wordsOf(reason: string): Words | undefined {
  return Object.hasOwn(FAILURES, reason) ? FAILURES[reason] : undefined;
}
