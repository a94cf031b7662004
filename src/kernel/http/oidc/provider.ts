/**
 * OpenID Connect, authorisation code with PKCE (RFC 6749, 7636, 9207). What the provider says of
 * itself and its keys are asked for once and kept a while; a key that is not known is asked for
 * anew, but not for every made-up one.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { type Going, type Identity, IdentityFailure, type IdentityProvider } from '#kernel/auth';
import type { Settings } from '#kernel/config';
import type { Clock } from '#kernel/context';
import { addressOf, askJson } from './ask.ts';
import {
  keysFor,
  type PublicKey,
  readToken,
  requireClaims,
  requireSignature,
  type TokenParts,
} from './token.ts';

const hourMs = 3_600_000;
/** Keys are asked for anew at most this often because of one that is not known. */
const rotationMs = 30_000;

const discovery = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});
type Discovery = z.infer<typeof discovery>;

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

const tokens = z.looseObject({
  id_token: z.string().max(65_536),
  access_token: z.string().optional(),
});

function shaped<T>(shape: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IdentityFailure('away', `${what} is not what it must be`);
}

/** Keeps what was got for a while; what failed is not kept. */
function kept<T>(forMs: number, get: (now: number) => Promise<T>) {
  let held: { value: Promise<T>; at: number } | undefined;
  return (now: number, freshWithin = forMs): Promise<T> => {
    if (held !== undefined && now - held.at < freshWithin) return held.value;
    const mine = { value: get(now), at: now };
    held = mine;
    mine.value.catch(() => {
      if (held === mine) held = undefined;
    });
    return mine.value;
  };
}

/** RFC 6749 section 2.3.1: both are form-encoded before they are put together. */
const basic = (id: string, secret: string): string => {
  const encoded = [id, secret].map((text) => new URLSearchParams({ _: text }).toString().slice(2));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
};

class Oidc implements IdentityProvider {
  readonly name = 'oidc';
  readonly title: IdentityProvider['title'];
  readonly strongMethods: readonly string[];
  readonly #settings: Settings;
  readonly #about: (now: number) => Promise<Discovery>;
  readonly #keys: (now: number, freshWithin?: number) => Promise<PublicKey[]>;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.title = { zh: settings.oidc_title, en: settings.oidc_title_en };
    this.strongMethods = settings.oidc_second_factor
      .split(',')
      .map((method) => method.trim())
      .filter((method) => method !== '');
    this.#about = kept(hourMs, () => this.#discover());
    this.#keys = kept(hourMs, async (now) => {
      const { jwks_uri } = await this.#about(now);
      const found = await askJson(settings, addressOf(jwks_uri));
      return shaped(keySet, found, 'the key set').keys as PublicKey[];
    });
  }

  async #discover(): Promise<Discovery> {
    const issuer = this.#settings.oidc_issuer;
    const url = addressOf(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const about = shaped(discovery, await askJson(this.#settings, url), 'the discovery document');
    // Exactly: a provider that speaks for another one is not the one that was named.
    if (about.issuer !== issuer) throw new IdentityFailure('away', 'another issuer is described');
    const challenges = about.code_challenge_methods_supported ?? ['S256'];
    if (!challenges.includes('S256')) throw new IdentityFailure('away', 'it does not take S256');
    return about;
  }

  async address({ clock }: { clock: Clock }, going: Going): Promise<string> {
    const about = await this.#about(clock.now().getTime());
    const url = addressOf(about.authorization_endpoint);
    const asked = {
      response_type: 'code',
      client_id: this.#settings.oidc_client_id,
      redirect_uri: going.redirect,
      scope: this.#settings.oidc_scopes,
      state: going.state,
      nonce: going.nonce,
      code_challenge: hash('sha256', going.verifier, 'base64url'),
      code_challenge_method: 'S256',
      ...(going.fresh ? { prompt: 'login' } : {}),
    };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    return url.href;
  }

  async identify(
    { clock }: { clock: Clock },
    going: Going,
    answer: Readonly<Record<string, string>>,
  ): Promise<Identity> {
    const now = clock.now();
    const about = await this.#about(now.getTime());
    const isIssuerSaid = about.authorization_response_iss_parameter_supported === true;
    if ((isIssuerSaid || answer.iss !== undefined) && answer.iss !== about.issuer) {
      throw new IdentityFailure('untrusted', 'the answer names another issuer');
    }
    if (answer.error !== undefined) {
      const why = /^\w{1,60}$/.test(answer.error) ? answer.error : 'no reason';
      throw new IdentityFailure('denied', `the provider said ${why}`);
    }
    if (answer.code === undefined) throw new IdentityFailure('untrusted', 'no code came back');
    const got = await this.#redeem(about, going, answer.code);
    const parts = readToken(got.id_token);
    requireSignature(parts, await this.#keysFor(parts, now.getTime()));
    requireClaims(parts.claims, {
      issuer: about.issuer,
      clientId: this.#settings.oidc_client_id,
      nonce: going.nonce,
      accessToken: got.access_token,
      now,
    });
    const { iss: issuer, sub: subject, amr: methods = [] } = parts.claims;
    return { issuer, subject, methods };
  }

  async #redeem(about: Discovery, going: Going, code: string): Promise<z.infer<typeof tokens>> {
    const { oidc_client_id: id, oidc_client_secret: secret } = this.#settings;
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: going.redirect,
      code_verifier: going.verifier,
    });
    const methods = about.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const isBasic = secret !== '' && methods.includes('client_secret_basic');
    if (!isBasic) form.set('client_id', id);
    if (!isBasic && secret !== '') form.set('client_secret', secret);
    const url = addressOf(about.token_endpoint);
    const authorization = isBasic ? { authorization: basic(id, secret) } : {};
    const answer = await askJson(this.#settings, url, { form, ...authorization });
    return shaped(tokens, answer, 'the answer with the token');
  }

  async #keysFor(parts: TokenParts, now: number): Promise<PublicKey[]> {
    const known = keysFor(await this.#keys(now), parts);
    // The provider may have changed its keys since they were asked for.
    return known.length > 0 ? known : keysFor(await this.#keys(now, rotationMs), parts);
  }
}

const made = new WeakMap<Settings, IdentityProvider>();

/** The provider of the settings; none when they name no issuer. */
export function oidcProvider(settings: Settings): IdentityProvider | undefined {
  if (settings.oidc_issuer === '') return undefined;
  const provider = made.get(settings) ?? new Oidc(settings);
  made.set(settings, provider);
  return provider;
}
