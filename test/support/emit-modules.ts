/** Modules of src/ as JavaScript, for a second process: Node 20 runs no TypeScript, and dist/ may be of yesterday. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** @param entries below src/; what they import comes along */
export function emitModules(entries: readonly string[], target: string): void {
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  symlinkSync(join(project, 'node_modules'), join(target, 'node_modules'));
  const done = new Set<string>();
  const emit = (file: string): void => {
    if (done.has(file)) return;
    done.add(file);
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    const out = join(target, relative(join(project, 'src'), file).replace(/\.ts$/, '.js'));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, outputText);
    for (const [, path = ''] of outputText.matchAll(
      /(?:from|import\()\s*['"](\.[^'"]+)\.js['"]/g,
    )) {
      emit(resolve(dirname(file), `${path}.ts`));
    }
  };
  for (const entry of entries) emit(join(project, 'src', entry));
}
