/**
 * Whatever is thrown becomes one error shape; what is not ours is logged in full and told in no
 * detail.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GuantongError, kernelErrors } from '#kernel/errors';
import type { Log } from '#kernel/log';
import { httpErrors } from './errors.ts';

const jsonOrNothing = 'application/json';

/** Refusals of the framework, by their code. */
const known: Record<string, (limit: number) => GuantongError> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    httpErrors.make('unsupported_media', { expected: jsonOrNothing }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => httpErrors.make('bad_request'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => httpErrors.make('bad_json'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => httpErrors.make('bad_json'),
  FST_ERR_CTP_BODY_TOO_LARGE: (limit) => kernelErrors.make('too_large', { limit: `${limit} B` }),
  FST_ERR_BAD_URL: () => httpErrors.make('bad_request'),
  FST_ERR_MAX_PARAM_LENGTH: () => httpErrors.make('bad_request'),
  FST_INVALID_MULTIPART_CONTENT_TYPE: () =>
    httpErrors.make('unsupported_media', { expected: 'multipart/form-data' }),
  FST_PROTO_VIOLATION: () => httpErrors.make('bad_upload'),
  FST_PARTS_LIMIT: (limit) => kernelErrors.make('too_large', { limit: `${limit} B` }),
  FST_FILES_LIMIT: (limit) => kernelErrors.make('too_large', { limit: `${limit} B` }),
  FST_FIELDS_LIMIT: (limit) => kernelErrors.make('too_large', { limit: `${limit} B` }),
  FST_REQ_FILE_TOO_LARGE: (limit) => kernelErrors.make('too_large', { limit: `${limit} B` }),
};

/**
 * The database is away: not started, stopping, or out of connections (SQLSTATE classes 08, 53,
 * 57P).
 */
const away = /^(ECONNREFUSED|ECONNRESET|08...|53...|57P0.)$/;

/** A text with a sign that PostgreSQL cannot hold, NUL for one: nothing can be stored under it. */
const unheld = /^(22021|22P05)$/;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** The coded error of anything thrown; `undefined` when it is a fault of ours. */
export function codedError(error: unknown, limit: number): GuantongError | undefined {
  if (error instanceof GuantongError) return error;
  const code = codeOf(error);
  if (known[code] !== undefined) return known[code](limit);
  if (away.test(code)) return httpErrors.make('unavailable');
  if (unheld.test(code)) return httpErrors.make('bad_request');
  if (error instanceof SyntaxError && 'statusCode' in error) return httpErrors.make('bad_json');
  return undefined;
}

export function sendFailure(
  log: Log,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const coded = codedError(error, request.routeOptions.bodyLimit ?? 0);
  const { id: requestId } = request;
  if (coded === undefined) {
    // The route and not the address: keys and filters are values of rows.
    const { url: route } = request.routeOptions;
    log.error({ err: error, requestId, method: request.method, route }, 'failed');
  }
  const answer = coded ?? kernelErrors.make('internal');
  if (reply.raw.headersSent) {
    // Half an answer is out: breaking it off is the only way left to say that it is not whole.
    reply.raw.destroy();
    return;
  }
  void reply
    .status(answer.status)
    .removeHeader('content-disposition')
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(answer.toShape(requestId)));
}
