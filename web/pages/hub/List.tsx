/** The list at the left of the desk: tabs, search, one row for each event. */
import { IconSearch } from '@tabler/icons-react';
import { Button, Input, Segmented } from 'antd';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useLocal, useText, useUnitWords } from '#web/client';
import {
  ChannelIcon,
  ClockBar,
  clockProps,
  EmptyState,
  KeyCap,
  Loaded,
  StateMark,
  useChannelName,
} from '#web/parts';
import { type Row, type Tab, tabs, type useInbox } from './data.ts';
import { text } from './text.ts';

function ListRow(props: { row: Row; chosen: boolean; onOpen: () => void }): ReactNode {
  const unit = useUnitWords();
  const local = useLocal();
  const t = useText(text);
  const channelName = useChannelName();
  const { item } = props.row;
  const channel = String(item.data.channel ?? '');
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (props.chosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [props.chosen]);
  return (
    <li>
      <button
        ref={ref}
        type="button"
        className={`hub-row${props.chosen ? ' chosen' : ''}`}
        aria-current={props.chosen}
        onClick={props.onOpen}
      >
        <ChannelIcon channel={channel} />
        <span className="hub-row-words">
          <span className="hub-row-top">
            <span className="ellipsis">
              {channelName(channel)} · {String(item.data.address ?? unit(item.unitName))}
            </span>
            <span className="chip">{local(item.stepTitle)}</span>
          </span>
          <b className="ellipsis">{item.title}</b>
          {item.clock ? (
            <ClockBar {...clockProps(item.clock)} compact />
          ) : (
            <StateMark
              state={item.closedAt ? 'ok' : 'run'}
              word={item.closedAt ? t('closedNote') : local(item.stepTitle)}
            />
          )}
        </span>
      </button>
    </li>
  );
}

export interface ListProps {
  inbox: ReturnType<typeof useInbox>;
  rows: readonly Row[];
  chosen: string | undefined;
  onOpen: (id: string) => void;
  tab: Tab;
  onTab: (tab: Tab) => void;
  q: string;
  onQ: (q: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}

function Head(props: ListProps): ReactNode {
  const t = useText(text);
  const mine = props.inbox.data?.pages[0]?.total;
  return (
    <div className="hub-list-head">
      <h1>
        {t('title')} <small>{t('inHand', { n: mine ?? props.rows.length })}</small>
      </h1>
      <Segmented
        block
        aria-label={t('title')}
        value={props.tab}
        options={tabs.map((tab) => ({ value: tab, label: t(`tab.${tab}`) }))}
        onChange={props.onTab}
      />
      <div className="hub-search">
        <IconSearch size={16} aria-hidden />
        <Input
          ref={(input) => {
            props.searchRef.current = input?.input ?? null;
          }}
          variant="borderless"
          size="small"
          placeholder={t('search')}
          aria-label={t('search')}
          value={props.q}
          onChange={(event) => props.onQ(event.target.value)}
        />
        <KeyCap>/</KeyCap>
      </div>
    </div>
  );
}

export function List(props: ListProps): ReactNode {
  const t = useText(text);
  const { inbox, rows } = props;
  return (
    <section className="hub-list" aria-label={t('title')}>
      <Head {...props} />
      <Loaded query={inbox}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t('emptyTitle')}>{t('emptyBody')}</EmptyState>
          ) : (
            <ul className="hub-rows">
              {rows.map((row) => (
                <ListRow
                  key={row.item.id}
                  row={row}
                  chosen={row.item.id === props.chosen}
                  onOpen={() => props.onOpen(row.item.id)}
                />
              ))}
              {inbox.hasNextPage ? (
                <li className="hub-more">
                  <Button type="text" onClick={() => void inbox.fetchNextPage()}>
                    {t('more')}
                  </Button>
                </li>
              ) : null}
            </ul>
          )
        }
      </Loaded>
      <p className="hub-keys">
        <KeyCap>J</KeyCap>
        <KeyCap>K</KeyCap> {t('upDown')} <KeyCap>S</KeyCap> {t('sign')} <KeyCap>Enter</KeyCap>{' '}
        {t('open')} <KeyCap>/</KeyCap> {t('find')}
      </p>
    </section>
  );
}
