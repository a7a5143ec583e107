/**
 * Config files and command lines of the real FTP servers. Pure text. Each serves /srv anonymously (the lab mounts
 * its tree there), takes uploads in /srv/incoming, announces passive ports 10000–20000 and opens active data
 * channels from port 20.
 */
import { assertNever } from '../assert.js';
import type { ServerKind } from './plan.js';

/** What a server's files depend on. */
export interface ServerSetting {
  /** The unpacked package. */
  readonly package: string;
  /** A directory of this server alone, for its files. */
  readonly directory: string;
  /** Limit of one transfer in bytes per second, 0 for none. */
  readonly ratePerSecond: number;
  readonly ipv6: boolean;
  /** FTP over TLS beside plain FTP, also implicit on port 990 where the server can. */
  readonly tls?: TlsSetting | undefined;
}

export interface TlsSetting {
  /** File with key and certificate. */
  readonly certificate: string;
  /** The address that a 227 names: the VIP. */
  readonly announced: string;
}

/** Data ports of each server in a lab with TLS, one range for each; proftpd's package has no TLS. */
export const TLS_PORTS: Readonly<Record<ServerKind, string>> = {
  vsftpd: '50000-50099',
  proftpd: '',
  'pure-ftpd': '50100-50199',
};

/** Both in one. */
export const ALL_TLS_PORTS = '50000-50199';

/** A server ready to be started. */
export interface ServerFiles {
  readonly command: string;
  readonly args: readonly string[];
  /** Written into the server's directory first. */
  readonly config: { readonly path: string; readonly text: string } | undefined;
}

/** `/etc/passwd` as the servers see it: the host's, and an anonymous user without rights whose home is the tree. */
export function passwdFile(hosts: string): string {
  const others = hosts.split('\n').filter((line) => line !== '' && !line.startsWith('ftp:'));
  return [...others, 'ftp:x:65534:65534:anonymous FTP:/srv:/usr/sbin/nologin', ''].join('\n');
}

function vsftpdConfig(setting: ServerSetting): string {
  return [
    // One socket for both families, or one for IPv4.
    ...(setting.ipv6 ? ['listen=NO', 'listen_ipv6=YES'] : ['listen=YES', 'listen_ipv6=NO']),
    'background=NO',
    'anonymous_enable=YES',
    'local_enable=NO',
    'no_anon_password=YES',
    'anon_root=/srv',
    'write_enable=YES',
    'anon_upload_enable=YES',
    'anon_other_write_enable=YES',
    'anon_umask=022',
    `anon_max_rate=${setting.ratePerSecond}`,
    'connect_from_port_20=YES',
    ...vsftpdPassive(setting),
    'xferlog_enable=NO',
    // Its sandbox and own namespaces do not start inside ours.
    'seccomp_sandbox=NO',
    'isolate=NO',
    'isolate_network=NO',
    `secure_chroot_dir=${setting.directory}/empty`,
    '',
  ].join('\n');
}

function vsftpdPassive({ tls }: ServerSetting): readonly string[] {
  if (tls === undefined) return ['pasv_min_port=10000', 'pasv_max_port=20000'];
  const [first = '', last = ''] = TLS_PORTS.vsftpd.split('-');
  return [
    `pasv_min_port=${first}`,
    `pasv_max_port=${last}`,
    `pasv_address=${tls.announced}`,
    'ssl_enable=YES',
    'allow_anon_ssl=YES',
    'require_ssl_reuse=YES',
    `rsa_cert_file=${tls.certificate}`,
    `rsa_private_key_file=${tls.certificate}`,
    'ssl_ciphers=HIGH',
  ];
}

function proftpdConfig(setting: ServerSetting): string {
  const rate = (setting.ratePerSecond / 1024).toFixed(2);
  return [
    `ModulePath ${setting.package}/usr/lib/proftpd`,
    'ServerName "lab"',
    'ServerType standalone',
    'DefaultServer on',
    'Port 21',
    `UseIPv6 ${setting.ipv6 ? 'on' : 'off'}`,
    'User nobody',
    'Group nogroup',
    'UseReverseDNS off',
    'WtmpLog off',
    'TransferLog none',
    `SystemLog ${setting.directory}/system.log`,
    `PidFile ${setting.directory}/pid`,
    'ScoreboardFile none',
    `DelayTable ${setting.directory}/delay`,
    'DelayEngine off',
    'PassivePorts 10000 20000',
    'MaxInstances 60',
    'Umask 022',
    '<Anonymous /srv>',
    '  User ftp',
    '  Group nogroup',
    '  UserAlias anonymous ftp',
    '  RequireValidShell off',
    '  AllowOverwrite on',
    '  AllowStoreRestart on',
    ...(setting.ratePerSecond > 0 ? [`  TransferRate RETR,STOR,APPE ${rate}`] : []),
    '  <Directory *>',
    '    <Limit WRITE>',
    '      DenyAll',
    '    </Limit>',
    '  </Directory>',
    '  <Directory incoming>',
    '    <Limit WRITE>',
    '      AllowAll',
    '    </Limit>',
    '  </Directory>',
    '</Anonymous>',
    '',
  ].join('\n');
}

function pureFtpdArguments(setting: ServerSetting): readonly string[] {
  const rate = Math.max(1, Math.round(setting.ratePerSecond / 1024));
  return [
    ...(setting.ipv6 ? [] : ['-4']),
    // Anonymous only, no host names, logs nowhere.
    ...[
      '-e',
      '-A',
      '-M',
      '-H',
      '-f',
      'none',
      '-S',
      '21',
      '-p',
      setting.tls === undefined ? '10000:20000' : TLS_PORTS['pure-ftpd'].replace('-', ':'),
      '-g',
      `${setting.directory}/pid`,
    ],
    ...(setting.tls === undefined
      ? []
      : ['-Y', '1', '-2', setting.tls.certificate, '-P', setting.tls.announced]),
    ...(setting.ratePerSecond > 0 ? ['-T', `${rate}:${rate}`] : []),
  ];
}

/** One for explicit TLS, one for implicit. */
function twice(command: string, path: string): Pick<ServerFiles, 'command' | 'args'> {
  const script = '"$0" "$1" -olisten_port=990 -oimplicit_ssl=YES & exec "$0" "$1"';
  return { command: 'sh', args: ['-c', script, command, path] };
}

/** What to write and what to run for a server. */
export function serverFiles(kind: ServerKind, setting: ServerSetting): ServerFiles {
  const command = `${setting.package}/usr/sbin/${kind}`;
  const path = `${setting.directory}/${kind}.conf`;
  switch (kind) {
    case 'vsftpd':
      return {
        ...(setting.tls === undefined ? { command, args: [path] } : twice(command, path)),
        config: { path, text: vsftpdConfig(setting) },
      };
    case 'proftpd':
      return { command, args: ['-n', '-q', '-c', path], config: { path, text: proftpdConfig(setting) } };
    case 'pure-ftpd':
      return { command, args: pureFtpdArguments(setting), config: undefined };
    default:
      return assertNever(kind);
  }
}
