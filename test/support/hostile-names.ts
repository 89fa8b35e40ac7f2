/** Names that try something: each against one reader of reports, and all of them against every format. */
import { asBytes, bytePath, type BytePath } from '../../src/model/byte-path.ts';

/** Begins what a forged line would say. Nothing here sets it behind a blank, where a line may break. */
export const forged = 'FORGED';

const texts = [
  `a\n${forged},link,critical`,
  `a\r\n${forged},link,critical`,
  `a\n0|${forged}|1|r/rrw-------|0|0|1|1|1|1|1`,
  `a\n{"type":"${forged}"}`,
  `a\n${forged}{host="x"} 1`,
  `a\u2028${forged}\u2029${forged}\u0085${forged}\v${forged}\f${forged}`,
  `%0A${forged}%7C`,
  `\\n${forged}\\x0a${forged}\\u{a}`,
  '\x1b[2J\x1b]0;title\x07\x1bc',
  '\u009b2J\u009d0;title\u009c',
  '\b\b\b\x7f\r',
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '" onmouseover="alert(1)',
  '&lt;b&gt;&#0;<!--',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-1-1',
  '@SUM(A1:A9)',
  '\t=1+1',
  ';=1+1;"=1+1',
  '\uff1dcmd',
  '||||||||||',
  'a"b""c\',d;e\tf',
  'label="x\\"} 1 #',
  '\u202egpj.exe\u2066\u2069\u200f',
  '\u200b\ufeff\u00ad\u{e0041}',
  'e' + '\u0301'.repeat(40),
  '$(touch x)`touch x`${x}%s%n',
  '  two  spaces  ',
  '__proto__',
  'constructor',
  'x'.repeat(255),
  'ü'.repeat(127),
];
const raw = ['\xff\xfe', '\xc0\xafetc', '\xed\xa0\x80', '\xf4\x90\x80\x80', 'a\x80\n', '\x9b2J'];

export const hostileNames: readonly BytePath[] = [...texts.map(bytePath), ...raw.map(asBytes)];

/** A name in a directory cannot hold a slash. */
export function hostileLeaf(name: BytePath): BytePath {
  return asBytes(name.replaceAll('/', '_'));
}
