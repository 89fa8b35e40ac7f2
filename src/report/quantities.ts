/** Numbers with their units, as people read them, and times as machines do. */

/** 1234567 as "1,234,567", whatever the locale: a report must be the same everywhere. */
export function count(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 stage file", "40,000 stage files". @param plural when it is not the singular with an s */
export function many(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** Powers of 1024 with three digits at most after the first thousand: "935 B", "1.4 KiB", "120 MiB". */
export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  let scaled = value / 1024;
  for (const unit of ['KiB', 'MiB', 'GiB', 'TiB']) {
    // 99.95 and above print without a decimal, and 1023.5 and above would print as 1024.
    if (scaled < 99.95) return `${scaled.toFixed(1)} ${unit}`;
    if (scaled < 1023.5) return `${scaled.toFixed(0)} ${unit}`;
    scaled /= 1024;
  }
  return `${scaled.toFixed(1)} PiB`;
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest units: "3 d 4 h", "5 min 3 s". A time that is still to come is "future". */
export function age(seconds: number): string {
  if (seconds < 0) return 'future';
  let rest = Math.floor(seconds);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    // After the first unit only the next one counts, also when it is zero and is left out: 3 d 0 h is 3 d.
    if (parts.length > 0) {
      if (amount > 0) parts.push(`${amount} ${unit}`);
      break;
    }
    if (amount > 0) parts.push(`${count(amount)} ${unit}`);
  }
  return parts.join(' ') || '0 s';
}

/**
 * Nanoseconds since 1970 as ISO 8601 in UTC with nine decimals.
 * Done by hand because a Date holds milliseconds, and mtimes are compared to the nanosecond (index version 20).
 */
export function isoTime(ns: bigint): string {
  // Rounded down, not towards zero: times before 1970 are legal on disk.
  const truncated = Number(ns / second);
  const rest = Number(ns % second);
  const seconds = rest < 0 ? truncated - 1 : truncated;
  const nanoseconds = rest < 0 ? rest + 1_000_000_000 : rest;
  const days = Math.floor(seconds / 86_400);
  // The files of a burst, of which there can be a million, have one day.
  if (days !== lastDay) [lastDay, lastDate] = [days, dateOf(days)];
  const ofDay = seconds - days * 86_400;
  const clock = `${pad(Math.floor(ofDay / 3600))}:${pad(Math.floor(ofDay / 60) % 60)}:${pad(ofDay % 60)}`;
  return `${lastDate}T${clock}.${pad(nanoseconds, 9)}Z`;
}

let lastDay = Number.NaN;
let lastDate = '';

function dateOf(days: number): string {
  const [year, month, day] = civil(days);
  const shownYear =
    year >= 0 && year <= 9999 ? pad(year, 4) : `${year < 0 ? '-' : '+'}${pad(Math.abs(year), 6)}`;
  return `${shownYear}-${pad(month)}-${pad(day)}`;
}

const second = 1_000_000_000n;

function pad(value: number, digits = 2): string {
  return value.toString().padStart(digits, '0');
}

/** The same for people: "2026-08-10 12:00:00 UTC". */
export function clockTime(ns: bigint): string {
  const [seconds = ''] = isoTime(ns).split('.');
  return `${seconds.replace('T', ' ')} UTC`;
}

/** Days since 1970 to the Gregorian date. Years begin in March here, so that the leap day is the last one. */
function civil(days: number): [year: number, month: number, day: number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return [
    yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  ];
}
