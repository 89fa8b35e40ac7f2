/** /proc/<pid>/mountinfo as a table. Source: Linux Documentation/filesystems/proc.rst, section 3.5. */
import { asBytes, type BytePath } from '../model/byte-path.ts';
import type { Mount } from '../model/mount.ts';

/** @param text the file's bytes, one per character. Lines that are none are passed over. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [id, , device, root, point, options] = (before ?? '').split(' ');
    const [filesystem, source, superOptions] = (after ?? '').split(' ');
    if (!id || !device || !root || !point || !filesystem) return [];
    return [
      {
        id: Number(id),
        device,
        root: unescaped(root),
        point: unescaped(point),
        filesystem,
        options: (options ?? '').split(','),
        source: unescaped(source ?? ''),
        superOptions: (superOptions ?? '').split(',').map(unescaped),
      },
    ];
  });
}

/** The kernel writes blank, tab, newline and backslash as three octal digits. */
function unescaped(field: string): BytePath {
  return asBytes(
    field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
  );
}
