import { useMutation } from '@tanstack/react-query';
import { Button, Dropdown, Modal, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { serverNow, shortTime, useLocal, useMay, useMe, useText, useUnitWords } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  FilterBar,
  FilterSelect,
  Panel,
  PersonName,
  StateMark,
  UnitChoice,
  useProof,
} from '#web/parts';
import {
  type Account,
  type Filters,
  linkOf,
  makeLink,
  resetFactor,
  setClosed,
  useAccounts,
  useFilters,
  useRefresh,
  useRoles,
} from './data.ts';
import { IdentityForm } from './Identity.tsx';
import { RolesForm } from './RolesForm.tsx';
import { text } from './text.ts';

const states = ['open', 'invited', 'closed'] as const;

const stateOf = (account: Account): (typeof states)[number] => {
  if (account.disabled) return 'closed';
  return account.activated ? 'open' : 'invited';
};
const marks = { open: 'ok', invited: 'warn', closed: 'stale' } as const;

function Filtering({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const roles = useRoles().data?.roles ?? [];
  return (
    <FilterBar
      search={{ label: t('search'), value: filters.search, onChange: filters.setSearch }}
      state={{
        label: t('state'),
        value: filters.state,
        any: t('anyState'),
        options: states.map((state) => ({ value: state, label: t(`state.${state}`) })),
        onChange: filters.setState,
      }}
    >
      <UnitChoice
        optional
        className="wide"
        label={t('anyUnit')}
        value={filters.unit}
        onChange={filters.setUnit}
      />
      <FilterSelect
        label={t('roles')}
        value={filters.role}
        any={t('anyRole')}
        options={roles.map((role) => ({ value: role.name, label: local(role.title) }))}
        onChange={filters.setRole}
      />
    </FilterBar>
  );
}

type Act = 'invite' | 'roles' | 'identity' | 'closed' | 'factor';

function Menu(props: { account: Account; onAct: (act: Act) => void }): ReactNode {
  const t = useText(text);
  const me = useMe().data?.actor?.id;
  const { account } = props;
  const items = [
    { key: 'invite', label: t('invite'), disabled: account.demo || account.disabled },
    { key: 'roles', label: t('changeRoles') },
    { key: 'identity', label: t('identityBind'), disabled: account.id === me },
    { key: 'factor', label: t('resetFactor') },
    { key: 'closed', label: t(account.disabled ? 'enable' : 'disable'), danger: !account.disabled },
  ];
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => props.onAct(key as Act) }}>
      <Button size="small" aria-label={t('more', { id: account.id })}>
        {t('actions')}
      </Button>
    </Dropdown>
  );
}

function useColumns(onAct: (account: Account, act: Act) => void): Column<Account>[] {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  const may = useMay();
  const columns: Column<Account>[] = [
    {
      key: 'account',
      title: t('account'),
      render: (row) => (
        <span className="name-code">
          <b>
            <PersonName name={row.name} />
          </b>
          <small>
            {row.identity === 'none' ? row.id : [row.id, t(`identity.${row.identity}`)].join(' · ')}
          </small>
        </span>
      ),
    },
    { key: 'unit', title: t('unit'), render: (row) => unit(row.unitName) },
    {
      key: 'roles',
      title: t('roles'),
      render: (row) => (
        <span className="accounts-roles">
          {row.roles.length === 0 ? <span className="faint">-</span> : null}
          {row.roles.map((held) => (
            <span key={`${held.role} ${held.unit}`}>
              {local(held.title)} <small className="faint">{unit(held.unitName)}</small>
            </span>
          ))}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      width: 104,
      render: (row) => <StateMark state={marks[stateOf(row)]} word={t(`state.${stateOf(row)}`)} />,
    },
    {
      key: 'last',
      named: true,
      title: t('lastSignIn'),
      width: 112,
      render: (row) =>
        row.lastSignIn === null ? (
          <span className="faint">{t('never')}</span>
        ) : (
          shortTime(row.lastSignIn, new Date(serverNow()))
        ),
    },
  ];
  if (!may('organisation.manage')) return columns;
  return [
    ...columns,
    {
      key: 'act',
      title: t('actions'),
      width: 88,
      render: (row) => <Menu account={row} onAct={(act) => onAct(row, act)} />,
    },
  ];
}

function LinkShown(props: { link: { token: string; expiresAt: string }; onClose: () => void }) {
  const t = useText(text);
  const time = shortTime(props.link.expiresAt, new Date(serverNow()));
  return (
    <Modal
      open
      title={t('linkTitle')}
      onCancel={props.onClose}
      footer={<Button onClick={props.onClose}>{t('close')}</Button>}
    >
      <p className="muted">{t('linkBody', { time })}</p>
      <Typography.Paragraph copyable className="accounts-link">
        {linkOf(props.link.token)}
      </Typography.Paragraph>
    </Modal>
  );
}

/** What is done to one account from its row. */
function useActs() {
  const refresh = useRefresh();
  const { proving, dialog } = useProof();
  const [link, setLink] = useState<{ token: string; expiresAt: string }>();
  const [roles, setRoles] = useState<Account>();
  const [bound, setBound] = useState<Account>();
  const act = useMutation({
    mutationFn: async ({ account, what }: { account: Account; what: Act }) => {
      if (what === 'invite') setLink(await proving(() => makeLink(account.id)));
      if (what === 'roles') setRoles(account);
      if (what === 'identity') setBound(account);
      if (what === 'factor') await proving(() => resetFactor(account.id));
      if (what === 'closed') await proving(() => setClosed(account, !account.disabled));
    },
    onSettled: refresh,
  });
  const shown = (
    <>
      {dialog}
      {act.error ? <ErrorState error={act.error} /> : null}
      {link ? <LinkShown link={link} onClose={() => setLink(undefined)} /> : null}
      {roles ? <RolesForm account={roles} onDone={() => setRoles(undefined)} /> : null}
      {bound ? <IdentityForm first account={bound} onDone={() => setBound(undefined)} /> : null}
    </>
  );
  return { act, shown };
}

export function List(): ReactNode {
  const t = useText(text);
  const filters = useFilters();
  const query = useAccounts(filters);
  const { act, shown } = useActs();
  const columns = useColumns((account, what) => act.mutate({ account, what }));
  const rows = query.data?.pages.flatMap((page) => page.accounts);
  return (
    <>
      <Filtering filters={filters} />
      {shown}
      <Panel title={t('list')}>
        {query.error && rows === undefined ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <DataTable
            label={t('list')}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
            loadingMore={query.isFetchingNextPage}
            empty={<EmptyState title={t('none')}>{t('noneBody')}</EmptyState>}
          />
        )}
      </Panel>
    </>
  );
}
