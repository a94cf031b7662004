/**
 * One connection of a process that hears what others notify (LISTEN) and holds leases (advisory
 * locks of its session, so that a process that dies lets go at once). It comes back by itself when
 * the server was away.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '#kernel/log';

type Hear = (payload: string) => void;

export interface Listener {
  /**
   * Calls `hear` for every notification, and with an empty payload when some may have been missed.
   */
  listen(channel: string, hear: Hear): Promise<() => void>;
  /**
   * Takes the lease `key`, or says that another process has it. Held until the process or
   * connection ends.
   */
  lease(key: number): Promise<boolean>;
  close(): Promise<void>;
}

const reconnectEveryMs = 250;

interface State {
  client: pg.Client | undefined;
  connecting: Promise<pg.Client> | undefined;
  closed: boolean;
  hears: Map<string, Set<Hear>>;
  leases: Set<number>;
}

/** Makes the listening connection of a process; it connects on first use. */
export function makeListener(url: string, log: Log): Listener {
  const state: State = {
    client: undefined,
    connecting: undefined,
    closed: false,
    hears: new Map(),
    leases: new Set(),
  };
  return {
    listen: async (channel, hear) => {
      const hears = state.hears.get(channel) ?? new Set();
      hears.add(hear);
      state.hears.set(channel, hears);
      const client = await connected(state, url, log);
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      return () => hears.delete(hear);
    },
    lease: async (key) => {
      if (state.leases.has(key)) return true;
      const client = await connected(state, url, log);
      const { rows } = await client.query<{ got: boolean }>(
        'select pg_try_advisory_lock($1) as got',
        [key],
      );
      if (rows[0]?.got === true) state.leases.add(key);
      return rows[0]?.got === true;
    },
    close: async () => {
      state.closed = true;
      await state.client?.end().catch(() => undefined);
    },
  };
}

async function connected(state: State, url: string, log: Log): Promise<pg.Client> {
  if (state.client !== undefined) return state.client;
  state.connecting ??= connect(state, url, log).finally(() => {
    state.connecting = undefined;
  });
  return state.connecting;
}

async function connect(state: State, url: string, log: Log): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    application_name: 'guantong listener',
  });
  client.on('notification', ({ channel, payload }) => {
    for (const hear of state.hears.get(channel) ?? []) hear(payload ?? '');
  });
  client.on('error', (error) => log.warn({ err: error }, 'the listening connection broke'));
  client.on('end', () => {
    if (state.client === client) {
      state.client = undefined;
      state.leases.clear();
      if (!state.closed) void reconnect(state, url, log);
    }
  });
  await client.connect();
  for (const channel of state.hears.keys()) {
    await client.query(`listen ${pg.escapeIdentifier(channel)}`);
  }
  // Closed meanwhile: nobody would end this connection, and it alone would keep the process alive.
  if (state.closed) await client.end();
  else state.client = client;
  return client;
}

async function reconnect(state: State, url: string, log: Log): Promise<void> {
  while (!state.closed && state.client === undefined) {
    await pause(reconnectEveryMs);
    await connected(state, url, log).catch(() => undefined);
  }
  if (state.closed) return;
  for (const hears of state.hears.values()) for (const hear of hears) hear('');
}
