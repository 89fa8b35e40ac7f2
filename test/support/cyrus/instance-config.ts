/** The two configuration files of an instance. */
import { account } from './account.ts';

export interface Ports {
  readonly imap: number;
  readonly lmtp: number;
  readonly sync: number;
}

/** What an instance is, apart from where it lies. */
export interface Character {
  readonly hashed: boolean;
  /** Where the default partition has its archive and its metadata: beside the data, or apart. */
  readonly apart: boolean;
  readonly legacyDirectories: boolean;
  /** Ports of the other end; absent where nothing is replicated from. */
  readonly peer?: Ports;
}

/** @param home holds everything of the instance; absolute */
export function imapdConf(home: string, character: Character): string {
  return lines({
    configdirectory: `${home}/conf`,
    defaultpartition: 'default',
    'partition-default': `${home}/spool`,
    'partition-second': `${home}/second`,
    ...(character.apart
      ? {
          'archivepartition-default': `${home}/archive`,
          archive_enabled: 'yes',
          'metapartition-default': `${home}/meta`,
          metapartition_files: 'header index cache expunge',
        }
      : {}),
    hashimapspool: yesNo(character.hashed),
    mailbox_legacy_dirs: yesNo(character.legacyDirectories),
    virtdomains: 'userid',
    unixhierarchysep: 'yes',
    altnamespace: 'no',
    delete_mode: 'delayed',
    expunge_mode: 'delayed',
    duplicatesuppression: 'no',
    admins: account.name,
    servername: account.realm,
    allowplaintext: 'yes',
    sasl_mech_list: 'PLAIN',
    sasl_pwcheck_method: 'auxprop',
    sasl_auxprop_plugin: 'sasldb',
    sasl_sasldb_path: `${home}/sasldb2`,
    ...(character.peer === undefined ? {} : peerOptions(character.peer)),
  });
}

function peerOptions(peer: Ports): Record<string, string> {
  return {
    sync_host: '127.0.0.1',
    sync_port: String(peer.sync),
    sync_try_imap: 'no',
    sync_authname: account.name,
    sync_password: account.password,
    // A second channel, `sync_client -n imap`, whose far end is imapd instead of sync_server.
    imap_sync_host: '127.0.0.1',
    imap_sync_port: String(peer.imap),
    // A number: sync_get_switchconfig reads a channel's switch with atoi, so that `yes` is no (3.6.1).
    imap_sync_try_imap: '1',
    imap_sync_authname: account.name,
    imap_sync_password: account.password,
  };
}

/**
 * One process of each service is kept ready, since a tracer can only be attached to what runs; of lmtpd and
 * sync_server there is never a second, so that it is known who takes the next client.
 */
export function cyrusConf(imapdConfPath: string, ports: Ports): string {
  const service = (name: string, program: string, port: number, limit = ''): string =>
    `  ${name} cmd="${program} -C ${imapdConfPath}" listen="127.0.0.1:${port}" prefork=1${limit}`;
  return [
    'START {',
    `  recover cmd="ctl_cyrusdb -C ${imapdConfPath} -r"`,
    '}',
    'SERVICES {',
    service('imap', 'imapd', ports.imap),
    service('lmtp', 'lmtpd -a', ports.lmtp, ' maxchild=1'),
    service('sync', 'sync_server', ports.sync, ' maxchild=1'),
    '}',
    'EVENTS {',
    '}',
    '',
  ].join('\n');
}

function lines(options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
