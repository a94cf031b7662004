/** Reading the audit: filters of the address, pages, how it stands. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AuditDay, AuditPage, AuditRecord, AuditSummary, AuditVerdict } from '#kernel/audit';
import {
  type Bilingual,
  get,
  post,
  serverNow,
  useLocal,
  useText,
  useUrlValue,
  withQuery,
} from '#web/client';
import { text } from './text.ts';

const dayMs = 24 * 3_600_000;

/** The filters, all of them in the address. */
export function useFilters() {
  const [actor, setActor] = useUrlValue('who');
  const [action, setAction] = useUrlValue('did');
  const [subject, setSubject] = useUrlValue('what');
  const [dataset, setDataset] = useUrlValue('dataset');
  const [request, setRequest] = useUrlValue('request');
  const [purpose, setPurpose] = useUrlValue('why');
  const [person, setPerson] = useUrlValue('person');
  const [record, setRecord] = useUrlValue('record');
  const [days, setDays] = useUrlValue('days', '7');
  return {
    actor,
    setActor,
    action,
    setAction,
    subject,
    setSubject,
    dataset,
    setDataset,
    request,
    setRequest,
    purpose,
    setPurpose,
    person,
    setPerson,
    record,
    setRecord,
    days: days === 'all' ? '' : days,
    setDays: (next: string) => setDays(next === '' ? 'all' : next),
    any: [actor, action, subject, dataset, request, purpose, person, record].some(
      (value) => value !== '',
    ),
  };
}

export type Filters = ReturnType<typeof useFilters>;

const valuesOf = (filters: Filters) => {
  const { actor, action, subject, dataset, request, purpose, person, record } = filters;
  return { actor, action, subject, dataset, request, purpose, person, record };
};

const queryOf = ({ days, ...filters }: Filters) => ({
  ...valuesOf({ days, ...filters }),
  since: days === '' ? '' : new Date(serverNow() - Number(days) * dayMs).toISOString(),
});

/** Address of the export with the same filters. */
export const exportPath = (filters: Filters, format: 'csv' | 'xlsx'): string =>
  withQuery('/api/audit/export', { ...queryOf(filters), format });

export function useRecords(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ['audit', 'records', { ...valuesOf(filters), days: filters.days }],
    queryFn: ({ pageParam }) =>
      get<AuditPage>('/api/audit/records', { ...queryOf(filters), after: pageParam }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    // Each reading is a record of its own: the page reads when asked, not by itself.
    refetchOnWindowFocus: false,
  });
}

export const useSummary = () =>
  useQuery({
    queryKey: ['audit', 'summary'],
    queryFn: () => get<AuditSummary>('/api/audit/summary'),
    refetchInterval: 10_000,
  });

/** The sealed digests of the last days; asking for them is a record too. */
export const useDays = () =>
  useQuery({
    queryKey: ['audit', 'days'],
    queryFn: () => get<{ days: AuditDay[] }>('/api/audit/days', { limit: 7 }),
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What stands for a person in the audit; the number itself travels in no address. */
export const seekPerson = async (identity: string): Promise<string> =>
  (await post<{ person: string }>('/api/audit/seek', { identity })).person;

export function useVerify() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (digests: string) => post<AuditVerdict>('/api/audit/verify', { digests }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['audit', 'summary'] }),
  });
}

/** Titles of roles, by name. */
export function useRoleTitle(): (role: string) => string {
  const local = useLocal();
  const roles = useQuery({
    queryKey: ['organisation', 'roles'],
    queryFn: () => get<{ roles: { name: string; title: Bilingual }[] }>('/api/organisation/roles'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (role) => local(roles.data?.roles.find((one) => one.name === role)?.title) || role;
}

/** Titles of datasets, by name. */
export function useDatasetTitle(): (name: string) => string {
  const local = useLocal();
  const all = useQuery({
    queryKey: ['audit', 'datasets'],
    queryFn: () =>
      get<{ resources: { name: string; title: Bilingual }[] }>('/api/catalogue/datasets'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  // While the titles are on their way the machine's name does not flash.
  return (name) =>
    all.isPending
      ? '…'
      : local(all.data?.resources.find((one) => one.name === name)?.title) || name;
}

/** Codes made by a machine are longer than anybody reads; their beginning tells them apart. */
const readable = 8;
const machineMade = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/**
 * A subject in words: `case/SJ20261122-00004` -> `SJ20261122-00004`, `account/sun` -> `账号 sun`; a
 * row of a dataset by its key, since the dataset stands beside it.
 */
export function useSubjectWords(): (subject: string) => string {
  const t = useText(text);
  return (subject) => {
    const [kind = '', ...rest] = subject.split('/');
    const id = rest.join('/');
    if (id === '') return subject;
    const shown = machineMade.test(id) ? id.slice(0, readable) : id;
    const key = `of.${kind}`;
    return key in text ? t(key as keyof typeof text, { id: shown }) : shown;
  };
}

/** `duty_seat@330109 萧山区` -> its title and the unit's name. */
export function readRole(held: string): { role: string; unitName: string } {
  const match = /^([^@]*)@\S+ ?(.*)$/.exec(held);
  return { role: match?.[1] ?? held, unitName: match?.[2] ?? '' };
}

const words: Record<string, Bilingual> = text;

/** What an action is called; its code when the page has no word for it. */
export function useActionName(): (action: string) => string {
  const local = useLocal();
  return (action) => local(words[`do.${action}`]) || action;
}

/** What was given as the purpose, in words where the platform itself gave it. */
export function usePurpose(): (purpose: string | null) => string {
  const local = useLocal();
  return (purpose) => (purpose === null ? '-' : local(words[`for.${purpose}`]) || purpose);
}

/** Groups of actions for the filter: `cases.` is every action of that station. */
export function useActionGroups(): { value: string; label: string }[] {
  const t = useText(text);
  const local = useLocal();
  const groups = Object.entries(words).flatMap(([key, name]) => {
    const group = /^do\.([a-z]+)$/.exec(key)?.[1];
    return group === undefined ? [] : [{ value: `${group}.`, label: local(name) }];
  });
  return [{ value: '', label: t('anyAction') }, ...groups];
}

export type { AuditRecord, AuditSummary, AuditVerdict };
