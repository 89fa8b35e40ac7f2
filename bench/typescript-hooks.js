// The hook behind run-typescript.js; Node calls it in a thread of its own.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// Only when there is TypeScript: a worker of the program, which is JavaScript, gets this hook too, and a compiler in
// every one of them would be most of what a soak measures.
let compiler;

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  compiler ??= import('typescript');
  const { default: ts } = await compiler;
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
    inlineSourceMap: true,
  };
  const fileName = fileURLToPath(url);
  const text = await readFile(fileName, 'utf8');
  const { outputText } = ts.transpileModule(text, { fileName, compilerOptions });
  return { format: 'module', source: outputText, shortCircuit: true };
}
