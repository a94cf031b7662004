/**
 * Errors as the log shows them. The databases quote what they failed on: a row, a key, the text of
 * a query. Whoever reads the log of a machine is no reader of its data, so that what is quoted is
 * left out, and what a driver brings beside it.
 */

/** What PostgreSQL tells beside its message: the row, the statement and where in it. */
const told: ReadonlySet<string> = new Set(['detail', 'where', 'internalQuery', 'hint']);

const isOfPostgres = (error: Error): error is Error & { code: string } =>
  'severity' in error && 'code' in error && typeof error.code === 'string';

/** SQLSTATE class 22: data exceptions. Only they quote values; others quote names. */
const isOfData = ({ code }: { code: string }): boolean => code.startsWith('22');

/** The engine's, but those that are about a query's names: `Conversion Error: …`. */
const ofEngine = /^(?!Binder|Catalog|Parser)[A-Z][\w ]* Error: /;

const quoted = /'[^']*'|"[^"]*"|\d{3,}/g;

function messageOf(error: Error): string {
  // What follows the first line of the engine's is the query.
  const line = / Error: /.test(error.message)
    ? (error.message.split('\n')[0] ?? '')
    : error.message;
  const hides = isOfPostgres(error) ? isOfData(error) : ofEngine.test(line);
  return hides ? line.replace(quoted, '…') : line;
}

/** Where it was thrown, without the message it begins with. */
const framesOf = ({ stack = '' }: Error): string => {
  const at = stack.indexOf('\n    at ');
  return at === -1 ? '' : stack.slice(at);
};

/** An error for a line of the log. */
export function shownError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = messageOf(error);
  const type = error.constructor.name || error.name;
  const rest = Object.entries(error).filter(
    ([name]) => name !== 'cause' && !(isOfPostgres(error) && told.has(name)),
  );
  return {
    type,
    message,
    stack: `${type}: ${message}${framesOf(error)}`,
    ...Object.fromEntries(rest),
    ...(error.cause === undefined ? {} : { cause: shownError(error.cause) }),
    ...(error instanceof AggregateError ? { errors: error.errors.map(shownError) } : {}),
  };
}
