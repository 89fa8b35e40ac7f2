import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// Which folder may import which. The one place where the direction of dependencies is written down
// (ARCHITECTURE.md draws it).
const layers = {
  model: [],
  parse: ['model'],
  decide: ['model'],
  report: ['model'],
  system: ['model'],
  steps: ['model', 'parse', 'decide', 'system'],
  cli: ['model', 'parse', 'decide', 'report', 'system', 'steps'],
};
const pure = ['model', 'parse', 'decide', 'report'];
const osModules = ['node:*', 'fs', 'fs/*', 'child_process', 'os', 'worker_threads'];
// Each library has one folder, so that it can be replaced in one place.
const homes = {
  'fast-glob': 'system',
  koffi: 'system',
  'cli-table3': 'report',
  yargs: 'cli',
  ora: 'cli',
};

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: Object.keys(layers)
              .filter((other) => other !== layer && !allowed.includes(other))
              .map((other) => `**/${other}/**`),
            message: `${layer}/ may import only: ${allowed.join(', ') || 'nothing'}.`,
          },
          ...(pure.includes(layer)
            ? [{ group: osModules, message: `${layer}/ is pure; only system/ talks to the OS.` }]
            : []),
          {
            group: Object.entries(homes).flatMap(([name, home]) =>
              home === layer ? [] : [name, `${name}/*`],
            ),
            message: 'This library belongs to another folder (see homes in eslint.config.js).',
          },
        ].filter((pattern) => pattern.group.length > 0),
      },
    ],
    ...(pure.includes(layer)
      ? { 'no-restricted-globals': ['error', 'process', 'Date', 'performance', 'setTimeout'] }
      : {}),
    'no-console': layer === 'cli' ? 'off' : 'error',
  },
}));

// What a call must never be, whoever needs it: rules of removal that no review may forget. By the file that may break one.
const fs = 'ImportDeclaration[source.value=/^(node:)?fs$/]';
const bans = [
  {
    selector: `${fs} ImportSpecifier[imported.name=/^[fl]?ch(mod|own)|^lutimes/]`,
    message:
      'The mode and the owner of what lies in a spool are never changed: an unwritable leftover rearms the bug.',
    except: 'src/system/output-file.ts',
  },
  {
    selector: `${fs} > :matches(ImportNamespaceSpecifier, ImportDefaultSpecifier)`,
    message: 'Import the calls by name, so that it shows which they are.',
  },
  {
    selector: `${fs} ImportSpecifier[imported.name=/^(promises|link|mkdir|rename|rm|rmdir|symlink|unlink|write|writeFile)$/]`,
    message:
      'A disk is changed by synchronous calls: the order of steps is the order of system calls.',
  },
  {
    selector: ':matches(ImportDeclaration, ImportExpression)[source.value=/^(node:)?fs.promises$/]',
    message:
      'A disk is changed by synchronous calls: the order of steps is the order of system calls.',
  },
  {
    selector:
      ':matches(MemberExpression[object.name="process"][property.name="kill"], ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name="kill"])',
    message: 'No signal is ever sent to find out who lives: a pid may be a stranger by now.',
    except: 'src/cli/ask.ts',
  },
];
const rulesOf = (wanted) => ({
  'no-restricted-syntax': [
    'error',
    ...wanted.map(({ selector, message }) => ({ selector, message })),
  ],
});
const banRules = [
  { files: ['src/**/*.ts'], rules: rulesOf(bans) },
  ...bans
    .filter(({ except }) => except !== undefined)
    .map((ban) => ({ files: [ban.except], rules: rulesOf(bans.filter((one) => one !== ban)) })),
];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowNever: true },
      ],
      // for (;;) and while (true) read system calls until they say that they are done.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
    },
  },
  ...layerRules,
  ...banRules,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['bin/stagesweep.js', 'bin/keep-compiled.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { __dirname: 'readonly' } },
  },
);
