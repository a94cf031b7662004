/** 一网统管 at the desk: list, case, side map; J K S Enter and / do without the mouse. */
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { CaseDetail } from '#cases/model';
import { post, useText, useUnitWords, useUrlValue } from '#web/client';
import { EmptyState, ErrorState, Loaded, useKeys, useTitle } from '#web/parts';
import { Actions } from './Actions.tsx';
import { CaseHead, Fields, Photos, Reports, Story } from './Case.tsx';
import { DispatchReason, Joins, Proposal, useDispatch } from './Dispatch.tsx';
import {
  type DeskFacts,
  type Tab,
  tabs,
  useCase,
  useDesk,
  useEvent,
  useInbox,
  useSuggestions,
  useWrite,
} from './data.ts';
import './hub.css';
import { List } from './List.tsx';
import { Side } from './Side.tsx';
import { text } from './text.ts';

const hasAction = (found: CaseDetail, name: string | undefined): boolean =>
  found.actions.some((action) => action.name === name && action.blocked === null);

function EventPane({ found, desk }: { found: CaseDetail; desk: DeskFacts }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const event = useEvent(found.id, found.type === desk.caseType).data;
  const { sign, dispatch: dispatchAction } = desk.actions;
  const toDispatch = hasAction(found, dispatchAction);
  const undecided = toDispatch || hasAction(found, sign);
  const suggested = useSuggestions(found.id, undecided).data;
  // What was proposed before it was decided is no longer offered.
  const suggestions = undecided ? suggested : undefined;
  const dispatching = useDispatch(event, found.version);
  const signing = useWrite(() =>
    post(`/api/hub/events/${found.id}/sign`, { version: found.version }),
  );
  const own = {
    ...(sign ? { [sign]: () => signing.mutate({}) } : {}),
    ...(dispatchAction && suggestions?.dispatch.host && suggestions.dispatch.cohost
      ? { [dispatchAction]: () => dispatching.mutate({}) }
      : {}),
  };
  const keys = {
    ...(sign ? { [sign]: 'S' } : {}),
    ...(dispatchAction ? { [dispatchAction]: 'D' } : {}),
  };
  return (
    <>
      <section className="hub-case" aria-label={found.title}>
        <div className="hub-scroll">
          <CaseHead found={found} event={event} />
          <div className="hub-body">
            {event ? <Reports event={event} /> : <Fields found={found} />}
            {event && suggestions ? <Joins event={event} joins={suggestions.joins} /> : null}
            <div className="hub-why">
              {event?.dispatch ? (
                <DispatchReason dispatch={event.dispatch} label={t('dispatchReason')}>
                  {event.hostName && event.host !== event.dispatch.host ? (
                    <p>
                      {t('redirected')} <b>{unit(event.hostName)}</b>
                    </p>
                  ) : null}
                </DispatchReason>
              ) : null}
              {toDispatch && suggestions ? (
                <Proposal suggestions={suggestions} dispatching={dispatching} />
              ) : null}
              <Photos found={found} event={event} />
            </div>
            {signing.error ? <ErrorState error={signing.error} /> : null}
            <Story found={found} />
          </div>
        </div>
        <Actions
          key={found.id}
          found={found}
          own={own}
          keys={keys}
          hidden={[desk.actions.join]}
          initial={event?.place?.grid ? { grid: event.place.grid } : {}}
        />
      </section>
      {event ? <Side event={event} components={suggestions?.components ?? []} /> : null}
    </>
  );
}

function Chosen({ id, desk }: { id: string | undefined; desk: DeskFacts }): ReactNode {
  const t = useText(text);
  const found = useCase(id);
  if (id === undefined) {
    return (
      <section className="hub-case">
        <EmptyState title={t('chooseTitle')}>{t('chooseBody')}</EmptyState>
      </section>
    );
  }
  return <Loaded query={found}>{(data) => <EventPane found={data} desk={desk} />}</Loaded>;
}

/** Where list and case stand side by side. */
const desktop = '(min-width: 761px)';

const tabOf = (value: string): Tab => tabs.find((tab) => tab === value) ?? 'mine';

export default function Desk(): ReactNode {
  const t = useText(text);
  const { event: chosen } = useParams();
  const [tabValue, setTab] = useUrlValue('tab', 'mine');
  const [q, setQ] = useUrlValue('q');
  const navigate = useNavigate();
  const searchRef = useRef<HTMLInputElement>(null);
  const desk = useDesk();
  const tab = tabOf(tabValue);
  const inbox = useInbox(tab, desk?.caseType, q);
  const rows = inbox.data?.pages.flatMap((page) => page.rows) ?? [];
  useTitle(t('title'));
  const open = (id: string): void => {
    void navigate({ pathname: `/hub/${id}`, search: window.location.search });
  };
  // Once, on a desk: the first row opens by itself. The address then holds it, so that a row that
  // comes in above never slips under the hand that signs.
  const first = rows[0]?.item.id;
  const opened = useRef(false);
  useEffect(() => {
    if (opened.current || first === undefined || !window.matchMedia(desktop).matches) return;
    opened.current = true;
    if (chosen === undefined) {
      const to = { pathname: `/hub/${first}`, search: window.location.search };
      void navigate(to, { replace: true });
    }
  }, [chosen, first, navigate]);
  const step = (by: number) => () => {
    const at = rows.findIndex((row) => row.item.id === chosen);
    const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) open(next.item.id);
  };
  useKeys({
    j: step(1),
    k: step(-1),
    Enter: chosen
      ? () => document.querySelector<HTMLElement>('.hub-actions button')?.focus()
      : step(0),
    '/': () => searchRef.current?.focus(),
  });
  return (
    <div className={chosen === undefined ? 'hub' : 'hub is-chosen'}>
      <List
        inbox={inbox}
        rows={rows}
        chosen={chosen}
        onOpen={open}
        tab={tab}
        onTab={setTab}
        q={q}
        onQ={setQ}
        searchRef={searchRef}
      />
      <Link className="hub-back" to={{ pathname: '/hub', search: window.location.search }}>
        ‹ {t('back')}
      </Link>
      {desk ? <Chosen id={chosen} desk={desk} /> : null}
    </div>
  );
}
