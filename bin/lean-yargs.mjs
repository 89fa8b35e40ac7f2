// What the bundle has in the place of some parts of yargs, which took two thirds of the time of --help: the width of
// every word in the scripts and emoji of the world, of texts that are ASCII; a file of sentences that its code has in
// English as well; a check at every call that the caller holds to its types, as the compiler made sure; and the help of
// each command that runs, made whether anybody asks for it or not. test/cli/bundled-yargs.test.ts compares what it says.
import { resolve } from 'node:path';

const users = /[\\/]node_modules[\\/](yargs|yargs-parser|cliui|wrap-ansi)[\\/]/;
const prefix = '\0lean:';
const eagerHelp = 'cachedHelpMessage = this.help();';

/** @param out where the compiler's output is */
export function leanYargs(out) {
  const displayWidth = JSON.stringify(resolve(out, 'report/display-width.js'));
  const texts = {
    'string-width': `export { displayWidth as default } from ${displayWidth};`,
    y18n: `
      import { format } from 'node:util';
      const __ = (text, ...values) => format(text, ...values);
      const __n = (one, many, count, ...values) => format(count === 1 ? one : many, ...values);
      export default () => ({ __, __n, getLocale: () => 'en', setLocale() {}, updateLocale() {} });`,
    './argsert.js': 'export function argsert() {}',
    assert: `
      export function strictEqual(one, other) { if (!Object.is(one, other)) throw new Error(one + ' is not ' + other); }
      export function notStrictEqual(one, other) { if (Object.is(one, other)) throw new Error('is ' + other); }`,
    // They look for the package.json of the caller and for modules of commands beside him. We name both.
    'escalade/sync': 'export default () => undefined;',
    'get-caller-file': `export default () => 'file:///';`,
  };
  return {
    name: 'lean yargs',
    resolveId: (id, importer = '') =>
      Object.hasOwn(texts, id) && users.test(importer) ? prefix + id : undefined,
    load: (id) => (id.startsWith(prefix) ? texts[id.slice(prefix.length)] : undefined),
    transform(code, id) {
      if (!/[\\/]yargs[\\/]build[\\/]lib[\\/]usage\.js$/.test(id)) return undefined;
      if (!code.includes(eagerHelp)) throw new Error(`another yargs: no ${eagerHelp} in ${id}`);
      return { code: code.replace(eagerHelp, ''), map: null };
    },
  };
}
