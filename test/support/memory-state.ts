/** A state file in memory, of which a kill can leave any beginning. */
import type { StateFile } from '../../src/system/state-file.ts';

export interface MemoryState {
  content: string;
  open(): StateFile;
}

export function memoryState(content = ''): MemoryState {
  const state: MemoryState = {
    content,
    open: () => ({
      text: state.content,
      keep(characters) {
        state.content = state.content.slice(0, characters);
      },
      append(text) {
        state.content += text;
      },
      close() {},
    }),
  };
  return state;
}
