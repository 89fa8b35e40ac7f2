// Makes release/stagesweep-<version>-linux.tar.gz for mail hosts that reach no registry, with its SHA256SUMS:
// what npm would publish, its production dependencies as package-lock.json has them, launcher, man page, completion.
// The same sources give the same bytes: sorted, owner 0, fixed modes, one date for all.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = `stagesweep-${version}`;

/**
 * Of koffi's binaries, each for glibc and musl. One tarball for both: a fleet needs one file, and another machine's
 * binaries cost 0.7 MB of its 2.5. Elsewhere the plain walker does the work.
 */
const processors = ['x64', 'arm64'];
/** The date of every file in a tarball that npm makes. */
const npmDate = Date.UTC(1985, 9, 26, 8, 15) / 1000;
const date = process.env.SOURCE_DATE_EPOCH ?? String(npmDate);

function run(command, args, options = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
  if (error !== undefined || status !== 0) {
    console.error(
      `make-release: ${[command, ...args].join(' ')}: ${error?.message ?? `exit status ${status}`}`,
    );
    process.exitCode = 1;
    throw stopped;
  }
  return stdout;
}
const stopped = Symbol('a command that failed and was told');

/** What `npm publish` would send, unpacked. */
function unpackPackage(scratch, into) {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--foreground-scripts', '--pack-destination', scratch], {
      cwd: root,
    }),
  );
  mkdirSync(into, { recursive: true });
  run('tar', ['-xzf', join(scratch, packed.filename), '-C', into, '--strip-components=1']);
}

/** By the lock, with its checksums. No script of a dependency runs. */
function installDependencies(scratch, into) {
  for (const processor of processors) {
    const place = join(scratch, processor);
    mkdirSync(place);
    for (const file of ['package.json', 'package-lock.json'])
      cpSync(join(root, file), join(place, file));
    run(
      'npm',
      [
        'ci',
        '--omit=dev',
        '--ignore-scripts',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
      ].concat(['--loglevel=error', '--os=linux', `--cpu=${processor}`]),
      { cwd: place },
    );
    // npm's own notes and links, which nothing at run time reads.
    for (const own of ['.package-lock.json', '.bin']) {
      rmSync(join(place, 'node_modules', own), { recursive: true, force: true });
    }
    if (!readdirSync(join(place, 'node_modules/@koromix')).includes(`koffi-linux-${processor}`)) {
      console.error(`make-release: npm installed no binary of koffi for linux-${processor}`);
      process.exitCode = 1;
      throw stopped;
    }
    // All but the binaries is the same for each.
    cpSync(join(place, 'node_modules'), join(into, 'node_modules'), { recursive: true });
  }
}

function addLauncherAndManual(tree) {
  const install = (from, to) => {
    mkdirSync(join(tree, to, '..'), { recursive: true });
    cpSync(from, join(tree, to));
  };
  install(join(root, 'bin/launcher.sh'), 'bin/stagesweep');
  install(join(root, 'docs/stagesweep.8'), 'share/man/man8/stagesweep.8');
  const places = {
    bash: 'share/bash-completion/completions/stagesweep',
    zsh: 'share/zsh/site-functions/_stagesweep',
    fish: 'share/fish/vendor_completions.d/stagesweep.fish',
  };
  for (const [shell, place] of Object.entries(places)) {
    mkdirSync(join(tree, place, '..'), { recursive: true });
    const program = join(tree, 'lib/stagesweep/bin/stagesweep.js');
    writeFileSync(join(tree, place), run(process.execPath, [program, 'completion', shell]));
  }
}

/** GNU tar; the modes do not depend on the umask of who runs this. */
function packTree(scratch) {
  return run(
    'tar',
    [
      '--create',
      '--format=ustar',
      '--sort=name',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
    ].concat([`--mtime=@${date}`, '--mode=u=rwX,go=rX', '-C', scratch, name]),
    { encoding: 'buffer', env: { ...process.env, LC_ALL: 'C' } },
  );
}

const target = resolve(process.argv[2] ?? join(root, 'release'));
const scratch = mkdtempSync(join(tmpdir(), 'stagesweep-release-'));
try {
  const tree = join(scratch, name);
  const library = join(tree, 'lib/stagesweep');
  unpackPackage(scratch, library);
  installDependencies(scratch, library);
  addLauncherAndManual(tree);
  const bytes = gzipSync(packTree(scratch), { level: 9 });
  const file = `${name}-linux.tar.gz`;
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, file), bytes);
  const sum = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(target, 'SHA256SUMS'), `${sum}  ${file}\n`);
  console.log(`${join(target, file)}: ${(bytes.length / 1e6).toFixed(1)} MB, sha256 ${sum}`);
} catch (error) {
  if (error !== stopped) throw error;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
