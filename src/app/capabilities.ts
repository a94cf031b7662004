/**
 * The architecture in one list: capabilities in flow order. Each imports only those above it; a
 * later one subscribes to the events of earlier ones, nobody calls forward.
 */

import { cases } from '#cases';
import { catalogue } from '#catalogue';
import { cockpit } from '#cockpit';
import { entities } from '#entities';
import { gate } from '#gate';
import { hub } from '#hub';
import { indicators } from '#indicators';
import { ingest } from '#ingest';
import type { Capability } from '#kernel/capability';
import { notices } from '#notices';
import { organisation } from '#organisation';
import { quality } from '#quality';
import { rules } from '#rules';
import { signals } from '#signals';

export const capabilities: readonly Capability[] = [
  organisation,
  notices,
  cases,
  signals,
  catalogue,
  gate,
  ingest,
  quality,
  entities,
  indicators,
  rules,
  hub,
  cockpit,
];
