/** Bytes in words a person reads: `12.4 MB`. */

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

export function size(bytes: number): string {
  let [value, at] = [bytes, 0];
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at === 0 ? value : value.toFixed(1)} ${units[at]}`;
}
