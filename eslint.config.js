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
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
