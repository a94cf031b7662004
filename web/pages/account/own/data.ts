/** What is held about the person, and his objections. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OwnData, OwnObjection } from '#quality/model';
import { del, get, post, upload, useLive } from '#web/client';

export type OwnSet = OwnData['datasets'][number];
export type OwnItem = OwnSet['items'][number];

const key = ['quality', 'own'];

export const useOwn = () =>
  useQuery({
    queryKey: [...key, 'data'],
    queryFn: () => get<OwnData>('/api/quality/own'),
    refetchOnWindowFocus: false,
    retry: false,
  });

export function useObjections() {
  useLive('notices', [...key, 'objections']);
  return useQuery({
    queryKey: [...key, 'objections'],
    queryFn: () => get<{ objections: OwnObjection[] }>('/api/quality/own/objections'),
    select: (answer) => answer.objections,
  });
}

export interface Saying {
  dataset: string;
  record: string;
  item: string;
  expected: string;
  reason: string;
  photos: readonly File[];
}

function useWrite<T, R>(write: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => client.invalidateQueries({ queryKey: [...key, 'objections'] }),
  });
}

export const useObject = () =>
  useWrite(async ({ photos, expected, ...rest }: Saying) => {
    const attachments: string[] = [];
    for (const photo of photos) {
      const door = '/api/quality/own/photos';
      attachments.push((await upload<{ sha256: string }>(door, [photo]).done).sha256);
    }
    return post<{ case: string }>('/api/quality/own/objections', {
      ...rest,
      expected: expected.trim() === '' ? null : expected.trim(),
      attachments,
    });
  });

const path = (number: string): string =>
  `/api/quality/own/objections/${encodeURIComponent(number)}`;

export const useAppeal = () =>
  useWrite(({ number, reason }: { number: string; reason: string }) =>
    post(`${path(number)}/appeal`, { reason }),
  );

export const useTakeBack = () => useWrite((number: string) => del(path(number)));
