/** Directives as a table, with the values read as Cyrus reads them. */
import { asBytes, utf8Of, type BytePath } from '../model/byte-path.ts';
import { metaFiles, type MetaFile } from '../model/partition.ts';
import { refusal, type Directive } from './imapd-conf.ts';
import { metaFileNamed, optionOf, type KnownOption } from './known-options.ts';

export class Options {
  readonly #byKey = new Map<string, Directive>();
  /** '' (all programs) first, then every service that has an option of its own, in the order of the file. */
  readonly services: readonly string[];
  /** Names of all data partitions of all services, in the order of the file. */
  readonly partitionNames: readonly string[];

  /**
   * @param directives  of a file and all that it includes, in order
   * @throws            ConfigError when a key comes twice
   */
  constructor(directives: readonly Directive[]) {
    const services = new Set(['']);
    const partitions = new Set<string>();
    for (const directive of directives) {
      const first = this.#byKey.get(directive.key);
      // Fatal in Cyrus for every key, with equal values too (3.6.1: "specified twice"), so neither can be the one
      // that is in force.
      if (first !== undefined) {
        throw refusal(
          directive,
          `${directive.key} comes twice, first at ${first.file}:${first.line}. Cyrus refuses this: remove one`,
        );
      }
      this.#byKey.set(directive.key, directive);
      const name = optionOf(directive.key);
      if (name === undefined) continue;
      services.add(name.service);
      if (name.partition !== undefined && name.option === `partition-${name.partition}`) {
        partitions.add(name.partition);
      }
    }
    this.services = [...services];
    this.partitionNames = [...partitions];
  }

  keys(): readonly string[] {
    return [...this.#byKey.keys()];
  }

  /** The directive in force for a service: its own, else that for all. */
  find(service: string, option: KnownOption): Directive | undefined {
    const own = service === '' ? undefined : this.#byKey.get(`${service}_${option}`);
    return own ?? this.#byKey.get(option);
  }

  /**
   * A path, without doubled and trailing slashes.
   *
   * @throws ConfigError when it is relative: Cyrus would look below whatever directory each program runs in
   */
  path(service: string, option: KnownOption): BytePath | undefined {
    const directive = this.find(service, option);
    if (directive === undefined) return undefined;
    const value = this.#expanded(service, option, directive);
    if (!value.startsWith('/')) {
      const hint = value.startsWith('{')
        ? 'Cyrus does not replace {configdirectory} here: write the whole path'
        : 'write the whole path, from /';
      throw refusal(
        directive,
        `${directive.key} is ${utf8Of(asBytes(value)) ?? value}, which is relative; ${hint}`,
      );
    }
    return asBytes(value.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, ''));
  }

  /**
   * Source: lib/libconfig.c, config_parse_switch: the beginning of the word decides, in lower case only ("yes
   * please" is yes, "ON" is refused; both tried on 3.6.1).
   */
  isOn(service: string, option: KnownOption): boolean | undefined {
    const directive = this.find(service, option);
    if (directive === undefined) return undefined;
    if (/^(0|n|of|f)/.test(directive.value)) return false;
    if (/^(1|y|on|t)/.test(directive.value)) return true;
    throw refusal(
      directive,
      `${directive.key} is neither on nor off; Cyrus takes 1 yes t true on and 0 no f false off, in lower case`,
    );
  }

  /** `virtdomains` is a choice of words, so unlike a switch it takes them whole ("y" is refused by 3.6.1). */
  hasDomains(service: string): boolean {
    const directive = this.find(service, 'virtdomains');
    if (directive === undefined) return false;
    if (/^(off|0|no|f|false)$/.test(directive.value)) return false;
    if (/^(on|1|yes|t|true|userid)$/.test(directive.value)) return true;
    throw refusal(directive, `${directive.key} takes off, userid or on, in lower case`);
  }

  /** @throws ConfigError for a word that names no metadata file; commas are not taken either */
  metaFiles(service: string): readonly MetaFile[] {
    const directive = this.find(service, 'metapartition_files');
    if (directive === undefined) return [];
    return directive.value.split(/[ \t\n\v\f\r]+/).map((word) => {
      const file = metaFileNamed(word);
      if (file !== undefined) return file;
      throw refusal(
        directive,
        `${directive.key} takes words with blanks between them: ${metaFiles.join(' ')}`,
      );
    });
  }

  /** `{configdirectory}` at the start, which Cyrus replaces in its own options and not in partition-*. */
  #expanded(service: string, option: KnownOption, directive: Directive): string {
    if (!['proc_path', 'temp_path', 'backup_staging_path'].includes(option)) return directive.value;
    return directive.value.replace(
      /^\{configdirectory\}/i,
      (written) => this.path(service, 'configdirectory') ?? written,
    );
  }
}
