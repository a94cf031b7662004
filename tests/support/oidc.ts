/**
 * An OpenID Connect provider on this machine that checks all it is asked and can be told to answer
 * wrongly. It shares no code with what is tested.
 */
import {
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const clientId = 'guantong-test';
export const clientSecret = 'geheim +/=&%:密';

type Json = Record<string, unknown>;

interface SigningKey {
  kid: string;
  alg: 'RS256' | 'ES256';
  privateKey: KeyObject;
  publicJwk: Json;
}

export interface Issued {
  claims: Json;
  head: Json;
  key: SigningKey;
}

/** What the provider does otherwise than it should. */
export interface Wrong {
  /** Changes a token before it is signed. */
  token?: (issued: Issued) => void;
  /** Changes a token after it is signed. */
  signed?: (token: string) => string;
  /** Changes what it says of itself. */
  about?: (about: Json) => void;
  /** Answers any path in its own way; true when it did. */
  answer?: (path: string, response: ServerResponse) => boolean;
  /** Changes the parameters of the way back. */
  back?: (parameters: URLSearchParams) => void;
}

interface Granted {
  challenge: string;
  redirect: string;
  nonce: string | null;
  subject: string;
  amr: string[] | undefined;
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function signingKey(alg: SigningKey['alg'] = 'RS256', bits = 2048): SigningKey {
  const { privateKey, publicKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(6).toString('hex');
  return { kid, alg, privateKey, publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg } };
}

/** A token of three parts, signed as its head says. */
export function signToken({ claims, head, key }: Issued): string {
  const signed = `${base64(head)}.${base64(claims)}`;
  const signer = createSign('sha256').update(signed);
  const signature = signer.sign({ key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
};

const formDecoded = (text: string): string => new URLSearchParams(`_=${text}`).get('_') ?? '';

export class FakeProvider {
  issuer = '';
  /** What was wrong with what it was asked. */
  readonly complaints: string[] = [];
  /** Paths it was asked for. */
  readonly asked: string[] = [];
  wrong: Wrong = {};
  keys: SigningKey[] = [signingKey()];
  /** Where browsers may be sent back to. */
  redirect = '';
  /** Seconds since 1970. */
  now: () => number;
  readonly #codes = new Map<string, Granted>();
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response).catch((error: unknown) => {
      this.complaints.push(String(error));
      response.writeHead(500).end();
    });
  });

  constructor(now: () => Date) {
    this.now = () => Math.floor(now().getTime() / 1000);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The person signs in there: the address his browser is sent back to. */
  signIn(address: string, subject: string, amr?: string[]): URL {
    const asked = new URL(address);
    const said = asked.searchParams;
    const complain = (isRight: boolean, what: string): void => {
      if (!isRight) this.complaints.push(what);
    };
    complain(asked.origin + asked.pathname === `${this.issuer}/authorize`, 'address');
    complain(said.get('response_type') === 'code', 'response_type');
    complain(said.get('client_id') === clientId, 'client_id');
    complain(said.get('redirect_uri') === this.redirect, 'redirect_uri');
    complain((said.get('scope') ?? '').split(' ').includes('openid'), 'scope');
    complain((said.get('state') ?? '').length >= 22, 'state');
    complain((said.get('nonce') ?? '').length >= 22, 'nonce');
    complain(said.get('code_challenge_method') === 'S256', 'code_challenge_method');
    complain(/^[\w-]{43}$/.test(said.get('code_challenge') ?? ''), 'code_challenge');
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, {
      challenge: said.get('code_challenge') ?? '',
      redirect: said.get('redirect_uri') ?? '',
      nonce: said.get('nonce'),
      subject,
      amr,
    });
    const back = new URL(said.get('redirect_uri') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', said.get('state') ?? '');
    back.searchParams.set('session_state', 'extra');
    this.wrong.back?.(back.searchParams);
    return back;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.issuer).pathname;
    this.asked.push(path);
    if (this.wrong.answer?.(path, response)) return;
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (path === '/.well-known/openid-configuration') return send(200, this.#about());
    if (path === '/keys') return send(200, { keys: this.keys.map((key) => key.publicJwk) });
    if (path !== '/token') return send(404, {});
    const form = new URLSearchParams(await readBody(request));
    const fault = this.#faultOf(request, form);
    if (fault !== undefined) {
      this.complaints.push(fault);
      return send(fault === 'client' ? 401 : 400, { error: 'invalid_grant' });
    }
    const code = form.get('code') ?? '';
    const granted = this.#codes.get(code) as Granted;
    this.#codes.delete(code);
    return send(200, this.#tokens(granted));
  }

  #about(): Json {
    const about: Json = {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      code_challenge_methods_supported: ['plain', 'S256'],
    };
    this.wrong.about?.(about);
    return about;
  }

  /** What is wrong with a code that is to be redeemed. */
  #faultOf(request: IncomingMessage, form: URLSearchParams): string | undefined {
    const [scheme, packed = ''] = (request.headers.authorization ?? '').split(' ');
    const [id = '', secret = ''] = Buffer.from(packed, 'base64').toString('latin1').split(':');
    if (scheme !== 'Basic' || formDecoded(id) !== clientId) return 'client';
    if (formDecoded(secret) !== clientSecret) return 'client';
    if (form.get('grant_type') !== 'authorization_code') return 'grant_type';
    const granted = this.#codes.get(form.get('code') ?? '');
    if (granted === undefined) return 'code';
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '');
    if (challenge.digest('base64url') !== granted.challenge) return 'code_verifier';
    return form.get('redirect_uri') === granted.redirect ? undefined : 'redirect_uri';
  }

  #tokens({ subject, nonce, amr }: Granted): Json {
    const key = this.keys[0] as SigningKey;
    const accessToken = randomBytes(24).toString('base64url');
    const half = createHash('sha256').update(accessToken).digest().subarray(0, 16);
    const issued: Issued = {
      key,
      head: { alg: key.alg, kid: key.kid, typ: 'JWT' },
      claims: {
        iss: this.issuer,
        sub: subject,
        aud: clientId,
        iat: this.now(),
        exp: this.now() + 300,
        at_hash: half.toString('base64url'),
        ...(nonce === null ? {} : { nonce }),
        ...(amr === undefined ? {} : { amr }),
      },
    };
    this.wrong.token?.(issued);
    const token = signToken(issued);
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: this.wrong.signed?.(token) ?? token,
    };
  }
}
