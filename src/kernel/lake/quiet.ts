/**
 * What may be said of an engine's error. Binding speaks of names in the query and keeps its quotes;
 * anything later may quote a value of a row the asker must not see (the engine may judge a row
 * before the gate's filter does), so quotes and long numbers are emptied. A path is never shown.
 */
export function quietError(text: string): string {
  const line = text.split('\n')[0] ?? '';
  if (/out of memory/i.test(line)) return 'out of memory';
  const isBinding = /^(Binder|Catalog|Parser) Error/.test(line);
  const quiet = isBinding ? line : line.replace(/'[^']*'|"[^"]*"|\d{3,}/g, '…');
  return quiet.replace(/'?"?(?:\/[^\s'"/]+)+\/?'?"?/g, '…').slice(0, 300);
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
