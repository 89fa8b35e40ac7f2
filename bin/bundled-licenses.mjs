// Writes the licences of all packages whose code is in a bundle beside it: they ask for that.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The directory of the package that a module is of: the last `node_modules/name`, or `node_modules/@scope/name`. */
const packagePath = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/;

export function bundledLicenses(fileName) {
  return {
    name: 'bundled licences',
    generateBundle(_options, files) {
      const modules = Object.values(files).flatMap(({ moduleIds = [] }) => moduleIds);
      const paths = new Set(modules.flatMap((id) => packagePath.exec(id)?.[0] ?? []));
      const source = [...paths].map(licenseOf).sort().join('\n');
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}

function licenseOf(path) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? license : readFileSync(join(path, file), 'utf8').trim();
  return `${name} ${version}\n\n${text}\n\n`;
}
