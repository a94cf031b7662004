/**
 * The seam for whoever vouches for people elsewhere: OpenID Connect, a staff application, a
 * citizens' one. A provider says who came; it gives no rights, those stand with the account.
 */
import type { Settings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';

/** One way to the provider and back. */
export interface Going {
  /** Comes back in the answer. */
  state: string;
  /** Comes back within the signed token. */
  nonce: string;
  /** Secret of which the way there carries only the hash (RFC 7636). */
  verifier: string;
  /** Where the provider sends the browser back to. */
  redirect: string;
  /** The person must sign in there anew, whoever is signed in. */
  fresh: boolean;
}

export interface Identity {
  /** Who vouches; a subject means something only together with it. */
  issuer: string;
  subject: string;
  /** How the person proved who he is, in the words of RFC 8176; empty when it is not said. */
  methods: readonly string[];
}

type ProviderCtx = Pick<Ctx, 'clock' | 'log'>;

export interface IdentityProvider {
  /** Part of addresses and of what is kept: never changed. */
  name: string;
  title: Bilingual;
  /** Methods (RFC 8176) that count as a second factor. */
  strongMethods: readonly string[];
  /** Where the browser goes. @throws IdentityFailure */
  address(ctx: ProviderCtx, going: Going): Promise<string>;
  /**
   * Who came back.
   * @param answer parameters of the address the browser came back to
   * @throws IdentityFailure
   */
  identify(
    ctx: ProviderCtx,
    going: Going,
    answer: Readonly<Record<string, string>>,
  ): Promise<Identity>;
}

/**
 * `denied`: the provider let nobody in; `untrusted`: its answer does not stand the checks; `away`: it
 * cannot be reached, or answers nonsense.
 */
export type IdentityFault = 'denied' | 'untrusted' | 'away';

/** Why nobody was identified. The reason goes to the audit, never to the browser. */
export class IdentityFailure extends Error {
  readonly kind: IdentityFault;

  constructor(kind: IdentityFault, why: string) {
    super(why);
    this.name = 'IdentityFailure';
    this.kind = kind;
  }
}

type MakeProvider = (settings: Settings) => IdentityProvider | undefined;

const makers = new Map<string, MakeProvider>();

/** Registers a provider under its name; `make` gives none where the settings name none. */
export function addIdentityProvider(name: string, make: MakeProvider): void {
  makers.set(name, make);
}

/** The providers that the settings name. */
export const identityProviders = (settings: Settings): IdentityProvider[] =>
  [...makers.values()].flatMap((make) => make(settings) ?? []);
