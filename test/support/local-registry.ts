/**
 * A package registry on the loopback, which knows the packages in some directories and nothing else: npm resolves,
 * fetches and unpacks as from the real one, and a test needs no network.
 * Source of the answers: npm's registry API, "package metadata" and the tarball that it names.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface LocalRegistry {
  readonly url: string;
  close(): Promise<void>;
}

interface KnownPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

export async function openLocalRegistry(directories: readonly string[]): Promise<LocalRegistry> {
  // One version may be installed in several places, and tar makes other bytes of each.
  const byPath = new Map(
    directories.map(knownPackage).map((one) => [tarballPath(one), one] as const),
  );
  const known = [...byPath.values()];
  const packed = new Map<string, Buffer>();
  const tarballOf = (one: KnownPackage): Buffer => {
    const bytes = packed.get(one.directory) ?? pack(one.directory);
    packed.set(one.directory, bytes);
    return bytes;
  };
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const file = byPath.get(path);
    const versions = known.filter(({ name }) => name === path);
    if (file !== undefined) response.end(tarballOf(file));
    else if (versions.length > 0) response.end(JSON.stringify(metadata(versions, host, tarballOf)));
    else response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a port, and not on a socket's path, says it so.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Where npm has put the packages that an installed stagesweep needs, by the lock of this checkout. */
export function productionDirectories(root: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path]) => join(root, path))
    .filter((directory) => existsSync(join(directory, 'package.json')));
}

function knownPackage(directory: string): KnownPackage {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return {
    name: String(manifest['name']),
    version: String(manifest['version']),
    directory,
    manifest,
  };
}

function metadata(
  versions: readonly KnownPackage[],
  host: string,
  tarballOf: (one: KnownPackage) => Buffer,
): unknown {
  const entries = versions.map((one) => {
    const integrity = `sha512-${createHash('sha512').update(tarballOf(one)).digest('base64')}`;
    const dist = { tarball: `http://${host}/${tarballPath(one)}`, integrity };
    return [one.version, { ...one.manifest, dist }] as const;
  });
  return {
    name: versions[0]?.name,
    'dist-tags': { latest: versions[0]?.version },
    versions: Object.fromEntries(entries),
  };
}

function tarballPath({ name, version }: KnownPackage): string {
  return `${name}/-/${name.slice(name.lastIndexOf('/') + 1)}-${version}.tgz`;
}

function pack(directory: string): Buffer {
  const { stdout } = spawnSync(
    'tar',
    ['-C', directory, '-czf', '-', '--exclude=./node_modules', '--transform=s,^[.],package,', '.'],
    { maxBuffer: 1 << 28 },
  );
  return stdout;
}
