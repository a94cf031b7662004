/**
 * What was done without a network: kept on this phone with its photos, sent in order when there is
 * one. A refusal is kept and shown, never dropped.
 */
import { useSyncExternalStore } from 'react';
import { ApiError, type Bilingual } from '#web/client';
import type { Filled } from '#web/parts';
import { sendAction } from '../data.ts';

export interface Kept {
  id: number;
  case: string;
  action: string;
  task: number | null;
  filled: Filled;
  /** Why the server refused it when it was sent. */
  refused: Bilingual | null;
}

const store = 'actions';

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('guantong-phone', 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(store, { keyPath: 'id', autoIncrement: true });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function run<T>(
  mode: IDBTransactionMode,
  use: (objects: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opened = await database();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = use(opened.transaction(store, mode).objectStore(store));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    opened.close();
  }
}

let kept: readonly Kept[] = [];
let loaded = false;
const listeners = new Set<() => void>();

async function reload(): Promise<void> {
  kept = await run<Kept[]>('readonly', (objects) => objects.getAll());
  for (const listener of listeners) listener();
}

const isOffline = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'web.offline';

/** Sends an action, or keeps it when there is no network. @returns whether it was sent */
export async function sendOrKeep(doing: Omit<Kept, 'id' | 'refused'>): Promise<boolean> {
  try {
    await sendAction(doing.case, doing, doing.filled);
    return true;
  } catch (error) {
    if (!isOffline(error)) throw error;
    await run('readwrite', (objects) => objects.add({ ...doing, refused: null }));
    await reload();
    return false;
  }
}

let sending = false;

async function sendOne(one: Kept): Promise<boolean> {
  try {
    await sendAction(one.case, one, one.filled);
    await run('readwrite', (objects) => objects.delete(one.id));
    return true;
  } catch (error) {
    if (isOffline(error)) return false;
    const refused =
      error instanceof ApiError ? error.text : { zh: '未知错误', en: 'unknown fault' };
    await run('readwrite', (objects) => objects.put({ ...one, refused }));
    return true;
  }
}

/**
 * Sends what was kept, in order; stops at the first that finds no network. @returns how many were
 * tried
 */
export async function sendKept(): Promise<number> {
  if (sending) return 0;
  sending = true;
  let count = 0;
  try {
    await reload();
    for (const one of kept.filter((each) => each.refused === null)) {
      if (!(await sendOne(one))) break;
      count += 1;
    }
    if (count > 0) await reload();
    return count;
  } finally {
    sending = false;
  }
}

/** Forgets one that was refused, once it has been read. */
export async function discard(id: number): Promise<void> {
  await run('readwrite', (objects) => objects.delete(id));
  await reload();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  if (!loaded) {
    loaded = true;
    void reload();
  }
  return () => listeners.delete(listener);
};

export const useKept = (): readonly Kept[] =>
  useSyncExternalStore(
    subscribe,
    () => kept,
    () => kept,
  );

const onNetwork = (listener: () => void): (() => void) => {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
};

export const useOnline = (): boolean =>
  useSyncExternalStore(
    onNetwork,
    () => navigator.onLine,
    () => true,
  );
