/** One box in the header: data, cases and indicators by name, in groups, by keyboard or pointer. */
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { CaseSummary } from '#cases/model';
import type { SearchResult } from '#catalogue/model';
import type { IndicatorValue } from '#indicators/model';
import { get, useLocal, useMay, useMe, useText, useUnitWords } from '#web/client';
import { caseAddress, KeyCap, useKeys } from '#web/parts';
import { text } from './text.ts';

/**
 * Lines shown of each group, letters that are worth a question, and how long a pause ends a word.
 */
const most = 4;
const fewest = 2;
const pauseMs = 200;

/** What one kind of thing has to say, and whether it still looks. */
interface Found {
  hits: Hit[];
  looking: boolean;
}

interface Hit {
  id: string;
  group: 'hitData' | 'hitCases' | 'hitIndicators';
  name: string;
  note: string;
  to: string;
}

/** What was typed, once typing pauses. */
function usePaused(words: string): string {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [words]);
  return settled.length < fewest ? '' : settled;
}

function useData(q: string): Found {
  const local = useLocal();
  const owner = useUnitWords();
  const found = useQuery({
    queryKey: ['search', 'data', q],
    queryFn: () => get<SearchResult>('/api/catalogue/datasets', { q }),
    enabled: q !== '',
  });
  const hits = (found.data?.resources ?? []).slice(0, most).map((row) => ({
    id: `data-${row.name}`,
    group: 'hitData' as const,
    name: local(row.title),
    note: owner(row.ownerName),
    to: `/catalogue/${row.name}`,
  }));
  return { hits, looking: found.isLoading };
}

const pageOf = (row: CaseSummary, hub: boolean): string =>
  hub && row.type === 'city-event' ? `/hub/${row.number}` : caseAddress(row);

function useFoundCases(q: string): Found {
  const may = useMay();
  const local = useLocal();
  const found = useQuery({
    queryKey: ['search', 'cases', q],
    queryFn: () => get<{ items: CaseSummary[] }>('/api/cases', { q, limit: most }),
    enabled: q !== '' && may('cases.read'),
  });
  const hits = (found.data?.items ?? []).map((row) => ({
    id: `case-${row.id}`,
    group: 'hitCases' as const,
    name: row.title,
    note: `${row.number} · ${local(row.stepTitle)}`,
    to: pageOf(row, may('hub.read')),
  }));
  return { hits, looking: found.isLoading };
}

function useFoundIndicators(q: string): Found {
  const may = useMay();
  const local = useLocal();
  const owner = useUnitWords();
  const unit = useMe().data?.district.code ?? '';
  const all = useQuery({
    queryKey: ['search', 'indicators', unit],
    queryFn: () => get<{ values: IndicatorValue[] }>('/api/indicators/values', { unit, days: 0 }),
    enabled: q !== '' && unit !== '' && may('indicators.read'),
  });
  const asked = q.toLowerCase();
  const named = (all.data?.values ?? []).filter(({ title }) =>
    `${title.zh} ${title.en}`.toLowerCase().includes(asked),
  );
  const hits = (q === '' ? [] : named).slice(0, most).map((value) => ({
    id: `indicator-${value.indicator}`,
    group: 'hitIndicators' as const,
    name: local(value.title),
    note: owner(value.ownerName),
    to: `/indicators/${value.indicator}?unit=${value.unit}`,
  }));
  return { hits, looking: all.isLoading };
}

const groups = ['hitCases', 'hitData', 'hitIndicators'] as const;

function Hits(props: {
  hits: readonly Hit[];
  looking: boolean;
  chosen: Hit | undefined;
  onPick: (hit: Hit) => void;
}): ReactNode {
  const t = useText(text);
  if (props.hits.length === 0) {
    return (
      <p className="search-hits search-none" role="status">
        {t(props.looking ? 'looking' : 'noHits')}
      </p>
    );
  }
  return (
    <div className="search-hits" role="listbox" id="search-hits" aria-label={t('search')}>
      {groups
        .map((group) => ({ group, hits: props.hits.filter((hit) => hit.group === group) }))
        .filter(({ hits }) => hits.length > 0)
        .map(({ group, hits }) => (
          <fieldset key={group} aria-label={t(group)}>
            <p className="search-group faint">{t(group)}</p>
            {hits.map((hit) => (
              <div
                key={hit.id}
                id={hit.id}
                role="option"
                tabIndex={-1}
                aria-selected={hit === props.chosen}
                className={hit === props.chosen ? 'search-hit is-on' : 'search-hit'}
                // Before the box loses the focus, which closes the list.
                onMouseDown={() => props.onPick(hit)}
              >
                <b className="ellipsis">{hit.name}</b>
                <span className="faint">{hit.note}</span>
              </div>
            ))}
          </fieldset>
        ))}
    </div>
  );
}

export function Search(): ReactNode {
  const t = useText(text);
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const q = usePaused(words);
  const found = [useFoundCases(q), useData(q), useFoundIndicators(q)];
  const hits = found.flatMap((one) => one.hits);
  const looking = found.some((one) => one.looking);
  const shown = open && q !== '';
  const chosen = hits[Math.min(at, hits.length - 1)];
  useKeys({ '/': () => input.current?.focus() });
  const pick = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    setWords('');
    setOpen(false);
    input.current?.blur();
    void navigate(hit.to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') pick(chosen);
    else if (event.key === 'Escape') input.current?.blur();
    else if (step !== undefined) setAt(Math.max(0, Math.min(hits.length - 1, at + step)));
    else return;
    event.preventDefault();
  };
  return (
    <search className="search">
      <IconSearch size={16} stroke={1.75} aria-hidden />
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-expanded={shown}
        aria-controls="search-hits"
        aria-activedescendant={shown ? chosen?.id : undefined}
        autoComplete="off"
        value={words}
        placeholder={t('search')}
        aria-label={t('search')}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
      />
      <KeyCap>/</KeyCap>
      {shown ? <Hits hits={hits} looking={looking} chosen={chosen} onPick={pick} /> : null}
    </search>
  );
}
