/**
 * The ID token (OpenID Connect Core 1.0, 3.1.3.7): signed by a key of the provider (RFC 7515,
 * 7518), for us, fresh, and the answer to this very way.
 */
import { createPublicKey, hash, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { IdentityFailure } from '#kernel/auth';

/** Keys of the provider as they are published (RFC 7517). */
export type PublicKey = JsonWebKey & { kid?: string; use?: string; alg?: string };

/** Signatures that are taken: asymmetric ones only, so `none` and shared secrets are not. */
const algorithms: Record<string, { type: string; curve?: string }> = {
  RS256: { type: 'RSA' },
  ES256: { type: 'EC', curve: 'P-256' },
};

/** Bits of an RSA key, RFC 7518 section 3.3. */
const leastBits = 2048;

const header = z.looseObject({
  alg: z.string(),
  kid: z.string().optional(),
  crit: z.unknown().optional(),
});

const claims = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  aud: z.union([z.string(), z.array(z.string()).min(1)]),
  azp: z.string().optional(),
  exp: z.number(),
  iat: z.number(),
  nbf: z.number().optional(),
  nonce: z.string().optional(),
  at_hash: z.string().optional(),
  amr: z.array(z.string()).optional().catch(undefined),
});
export type IdClaims = z.infer<typeof claims>;

const untrusted = (why: string): IdentityFailure => new IdentityFailure('untrusted', why);

function jsonOf<T>(part: string, shape: z.ZodType<T>, what: string): T {
  try {
    return shape.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    throw untrusted(`the ${what} of the token cannot be read`);
  }
}

export interface TokenParts {
  alg: string;
  kid: string | undefined;
  /** What was signed. */
  signed: string;
  signature: Buffer;
  claims: IdClaims;
}

/** Takes a token apart; nothing of it may be believed yet. @throws IdentityFailure */
export function readToken(token: string): TokenParts {
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  if (parts.length !== 3) throw untrusted('the token has no three parts');
  const { alg, kid, crit } = jsonOf(head, header, 'head');
  if (crit !== undefined) throw untrusted('the token asks for an extension');
  if (!(alg in algorithms)) throw untrusted(`the token is signed by ${alg}`);
  return {
    ...{ alg, kid, signed: `${head}.${body}` },
    signature: Buffer.from(signature, 'base64url'),
    claims: jsonOf(body, claims, 'body'),
  };
}

const fits = (key: PublicKey, { alg, kid }: Pick<TokenParts, 'alg' | 'kid'>): boolean => {
  const { type, curve } = algorithms[alg] ?? {};
  return (
    (kid === undefined || key.kid === kid) &&
    key.kty === type &&
    (curve === undefined || key.crv === curve) &&
    (key.use ?? 'sig') === 'sig' &&
    (key.alg ?? alg) === alg
  );
};

/** The keys a token may be signed by: that of its id, or all of its kind when it names none. */
export const keysFor = (keys: readonly PublicKey[], parts: TokenParts): PublicKey[] =>
  keys.filter((key) => fits(key, parts));

function usable(key: PublicKey): KeyObject | undefined {
  try {
    const made = createPublicKey({ key, format: 'jwk' });
    const bits = made.asymmetricKeyDetails?.modulusLength;
    return bits !== undefined && bits < leastBits ? undefined : made;
  } catch {
    return undefined;
  }
}

/** @throws IdentityFailure unless one of the keys made the signature */
export function requireSignature(parts: TokenParts, keys: readonly PublicKey[]): void {
  const data = Buffer.from(parts.signed, 'ascii');
  const isSigned = keys.some((each) => {
    const key = usable(each);
    if (key === undefined) return false;
    return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, parts.signature);
  });
  if (!isSigned) throw untrusted('the signature is by no key of the provider');
}

export interface Expected {
  issuer: string;
  clientId: string;
  nonce: string;
  /** Token that came along, to which `at_hash` must fit. */
  accessToken: string | undefined;
  now: Date;
}

/** Seconds two clocks may be apart. */
const apart = 60;

/** @throws IdentityFailure with the first thing that is not as it must be */
export function requireClaims(said: IdClaims, expected: Expected): void {
  const now = expected.now.getTime() / 1000;
  const audience = [said.aud].flat();
  const half = hash('sha256', expected.accessToken ?? '', 'buffer').subarray(0, 16);
  const wrong: [boolean, string][] = [
    [said.iss !== expected.issuer, 'another issuer'],
    [!audience.includes(expected.clientId), 'another audience'],
    [audience.length > 1 && said.azp === undefined, 'many audiences and no authorised party'],
    [said.azp !== undefined && said.azp !== expected.clientId, 'another authorised party'],
    [said.exp <= now - apart, 'run out'],
    [said.iat > now + apart, 'issued in the future'],
    [(said.nbf ?? now) > now + apart, 'not valid yet'],
    [said.nonce !== expected.nonce, 'another nonce'],
    [
      said.at_hash !== undefined &&
        (expected.accessToken === undefined || said.at_hash !== half.toString('base64url')),
      'another access token',
    ],
  ];
  const found = wrong.find(([isWrong]) => isWrong);
  if (found !== undefined) throw untrusted(`the token is not as it must be: ${found[1]}`);
}
