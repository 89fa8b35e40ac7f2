/** Where a command line that ends with --help begins. */
import { write } from './output.ts';
import { readyHelp } from './ready-help.ts';

export async function main(): Promise<void> {
  const directory = new URL('./help/', import.meta.url);
  const text = readyHelp(directory, process.argv.slice(2), process.stdout.columns || 80);
  if (text === undefined) {
    const { main } = await import('./main.ts');
    await main();
  } else {
    await write(undefined, [text]);
  }
}
