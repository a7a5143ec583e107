/** What the system's and OpenSSL's names for an error mean for a probe. Pure. */
import type { ProbeReason } from './result.js';

/** The reason for a failed connection; `code` is Node's: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `ERR_SSL_…`. */
export function reasonOf(code: string): ProbeReason {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return 'unreachable';
    case 'ETIMEDOUT':
      return 'timedOut';
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return 'closed';
    default:
      return tlsReason(code);
  }
}

/** X509_V_ERR_… of OpenSSL as Node spells them (tls.html, "X509 certificate error codes"). */
const CERTIFICATE =
  /CERT|ISSUER|^(?:INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|UNABLE_TO_)/;

function tlsReason(code: string): ProbeReason {
  // An alert of the server's may speak of certificates as well: it wants one of ours.
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'tls';
  return CERTIFICATE.test(code) ? 'certificate' : 'local';
}
