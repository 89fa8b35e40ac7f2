/** Which messages a random sample takes: by a hash, so that neither the order nor the number of threads chooses. */

/** Is this uid of the mailbox in the sample? */
export type Sampled = (messageUid: number) => boolean;

/**
 * @param share  of 1
 * @param seed   the same seed takes the same messages, whatever else is audited beside them
 */
export function sampler(share: number, seed: string): (mailbox: string) => Sampled {
  const limit = share * 2 ** 32;
  return (mailbox) => {
    const start = hash(`${seed}\0${mailbox}\0`);
    return (messageUid) => mix(start ^ Math.imul(messageUid, 0x9e3779b1)) < limit;
  };
}

/** FNV-1a over the low bytes: names have one character per byte. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum;
}

/** The finalizer of MurmurHash3: neighbours among uids must not be neighbours in the sample. */
function mix(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
