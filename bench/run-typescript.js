// Lets this node run the TypeScript of bench/ and src/ as it stands: Node 20 strips no types, and a benchmark that is
// built first would be one more directory. The program that is measured is dist/, as installed, without this.
import { register } from 'node:module';

register('./typescript-hooks.js', import.meta.url);
