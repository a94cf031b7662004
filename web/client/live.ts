/** Live pages: one stream for the whole tab; a topic that changed makes its queries stale. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';

type Listener = (data: unknown) => void;

const stream = '/api/notices/stream';
const topics = new Map<string, Set<Listener>>();
const states = new Set<() => void>();
let source: EventSource | undefined;
let connected = false;

const setConnected = (next: boolean): void => {
  connected = next;
  for (const listener of states) listener();
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const topicOf = (data: unknown): string =>
  typeof data === 'object' && data !== null && 'topic' in data ? String(data.topic) : '';

const deliver = (topic: string, data: unknown): void => {
  for (const listener of topics.get(topic) ?? []) listener(data);
};

function open(): void {
  if (source !== undefined || typeof EventSource === 'undefined') return;
  source = new EventSource(stream);
  source.onopen = () => setConnected(true);
  source.onerror = () => {
    setConnected(false);
    // A refused stream (signed out, proxy error) is closed for good by the browser: try again by
    // ourselves.
    if (source?.readyState === EventSource.CLOSED) {
      source = undefined;
      setTimeout(() => topics.size > 0 && open(), 3000);
    }
  };
  source.addEventListener('data-changed', (event) => {
    const data = parsed(event.data);
    deliver(topicOf(data), data);
  });
  for (const name of ['notice', 'notice-withdrawn']) {
    source.addEventListener(name, (event) => deliver('notices', parsed(event.data)));
  }
}

/** Opens the stream afresh, for the account that is signed in now. */
export function reconnect(): void {
  source?.close();
  source = undefined;
  if (topics.size > 0) open();
}

/**
 * Calls back when something of `topic` changed on the server (`case`, `filling`, `story`, `notices`
 * ...).
 */
export function listen(topic: string, listener: Listener): () => void {
  const set = topics.get(topic) ?? new Set<Listener>();
  topics.set(topic, set);
  set.add(listener);
  open();
  return () => {
    set.delete(listener);
    if (set.size === 0) topics.delete(topic);
  };
}

/**
 * Keeps queries fresh: whenever `topic` changes, every query whose key begins with `queryKey` is
 * read again.
 * `useLive('case', ['hub'])`
 */
export function useLive(topic: string, queryKey: readonly unknown[]): void {
  const client = useQueryClient();
  const key = useRef(queryKey);
  key.current = queryKey;
  useEffect(
    () => listen(topic, () => void client.invalidateQueries({ queryKey: [...key.current] })),
    [topic, client],
  );
}

/** Whether the live stream is connected: a page that shows live numbers says when it is not. */
export const useConnected = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      states.add(listener);
      return () => states.delete(listener);
    },
    () => connected,
    () => false,
  );
