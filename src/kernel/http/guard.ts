/**
 * Where the platform may connect to by itself: hosts on a list, and of their addresses none that
 * is private, local or reserved unless its network is allowed. The address that was checked is the
 * one connected to, so that a name that changes its mind in between gains nothing.
 */
import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';

/** IANA's registries of special-purpose addresses, IPv4 and IPv6. */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const wordsOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    if (family === 0) continue;
    const kind = family === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, Number(bits ?? (family === 4 ? 32 : 128)), kind);
  }
  return list;
}

const specialList = listOf(special);

/** An IPv4 address in the clothes of IPv6 is the IPv4 address. */
const plain = (address: string): string =>
  /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;

const holds = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Where one part of the platform may connect to. */
export interface Reach {
  /** Hosts, separated by commas; `*.` for all below. */
  hosts: string;
  /** Private or reserved networks (CIDR) that may be connected to all the same. */
  networks: string;
  /** The error of a host that is not listed, or of an address that is forbidden. */
  refuse: (why: 'host_not_listed' | 'address_forbidden', host: string) => Error;
}

/** Refuses a host that is not on the list. */
export function requireHost(reach: Reach, host: string): void {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  const isListed = wordsOf(reach.hosts).some((word) =>
    word.startsWith('*.') ? name.endsWith(word.slice(1)) : name === word,
  );
  if (!isListed) throw reach.refuse('host_not_listed', name);
}

/** Refuses an address that is private, local or reserved, unless its network is allowed. */
export function requireAddress(reach: Reach, host: string, address: string): void {
  const bare = plain(address);
  const isMapped = /^::ffff:/i.test(bare);
  if (isIP(bare) !== 0 && !isMapped) {
    if (!holds(specialList, bare)) return;
    if (holds(listOf(wordsOf(reach.networks)), bare)) return;
  }
  throw reach.refuse('address_forbidden', host);
}

export interface Guard {
  /** Checks a host before anything is sent; a literal address is checked as such. */
  check(host: string): void;
  /** For sockets: resolves, checks every address, gives those that may be connected to. */
  lookup: LookupFunction;
  /** The address to connect to. */
  addressOf(host: string): Promise<string>;
}

/**
 * @param resolve how names become addresses; the system's when absent
 */
export function guardOf(reach: Reach, resolve: LookupFunction = systemLookup): Guard {
  const lookup: LookupFunction = (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const addresses = Array.isArray(found) ? found : [];
      try {
        for (const { address } of addresses) requireAddress(reach, host, address);
      } catch (refusal) {
        return done(refusal as NodeJS.ErrnoException, '', 0);
      }
      const [first] = addresses;
      if (options.all) return done(null, addresses);
      return done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
  const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
  const check = (host: string): void => {
    requireHost(reach, host);
    if (isIP(bare(host)) !== 0) requireAddress(reach, host, bare(host));
  };
  const all = promisify<string, object, string>((host, options, done) =>
    lookup(host, options, (error, address) => done(error, String(address))),
  );
  return {
    check,
    lookup,
    addressOf: async (host) => {
      check(host);
      return isIP(bare(host)) === 0 ? all(host, {}) : bare(host);
    },
  };
}
