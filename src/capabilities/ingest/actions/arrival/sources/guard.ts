/** Where data may be fetched from: the settings `pull_hosts` and `pull_networks`. */
import type { LookupFunction } from 'node:net';
import type { Settings } from '#kernel/config';
import * as outgoing from '#kernel/http';
import { ingestErrors } from '../../../errors.ts';

type Guarding = Pick<Settings, 'pull_hosts' | 'pull_networks'>;

const reachOf = ({ pull_hosts: hosts, pull_networks: networks }: Guarding): outgoing.Reach => ({
  hosts,
  networks,
  refuse: (why, host) => ingestErrors.make(why, { host }),
});

export type Guard = outgoing.Guard;

/** @throws ingest.address_forbidden */
export const requireAddress = (settings: Guarding, host: string, address: string): void =>
  outgoing.requireAddress(reachOf(settings), host, address);

/**
 * Refuses with ingest.host_not_listed and ingest.address_forbidden.
 * @param resolve how names become addresses; the system's when absent
 */
export const guardOf = (settings: Guarding, resolve?: LookupFunction): Guard =>
  outgoing.guardOf(reachOf(settings), resolve);
