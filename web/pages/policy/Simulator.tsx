/**
 * What somebody would see of a dataset for a purpose, on invented values, and which line decided.
 */
import { AutoComplete, Form, Input, Segmented, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PolicyTable, Simulation } from '#gate/model';
import { useLocal, useMay, useMe, useText, useUnitWords, useUrlValue } from '#web/client';
import { type Column, DataTable, EmptyState, GradeChip, Loaded, ViewMark } from '#web/parts';
import { type Asked, useAccounts, useDatasets, useSimulation, useUnits, useWords } from './data.ts';
import { text } from './text.ts';

type Item = Simulation['items'][number];

function useColumns(table: PolicyTable): Column<Item>[] {
  const t = useText(text);
  const local = useLocal();
  const words = useWords(table);
  return [
    {
      key: 'item',
      title: t('item'),
      render: (one) => (
        <span className="policy-two">
          <span>{local(one.title)}</span>
          <small className="faint">{one.item}</small>
        </span>
      ),
    },
    {
      key: 'grade',
      title: t('grade'),
      width: 120,
      render: (one) => <GradeChip grade={one.grade} />,
    },
    {
      key: 'view',
      title: t('view'),
      width: 190,
      render: (one) => <ViewMark view={one.view} {...words.how(one)} />,
    },
    {
      key: 'example',
      title: t('becomes'),
      render: (one) => (
        <span className="policy-becomes">
          <code>{one.example.from}</code>
          <span aria-hidden>→</span>
          {one.view === 'absent' || one.view === 'counted' ? (
            <span className="faint">{t(one.view === 'absent' ? 'none' : 'inGroups')}</span>
          ) : (
            <code>{one.example.to ?? '-'}</code>
          )}
        </span>
      ),
    },
    {
      key: 'line',
      title: t('decided'),
      render: (one) => (
        <span className="policy-two">
          <span>{local(one.because)}</span>
          <small className="faint">{[one.line, one.source].filter(Boolean).join(' · ')}</small>
        </span>
      ),
    },
  ];
}

function Found({ table, found }: { table: PolicyTable; found: Simulation }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const columns = useColumns(table);
  const rows = {
    all: t('rowsAll'),
    units: t('rowsUnits', { units: found.units.join(t('between')) }),
    none: t('rowsNone'),
  }[found.rows];
  const { plain, changed, counted, absent } = found;
  const by = found.countedBy.map((name) => {
    const item = found.items.find((one) => one.item === name);
    return item === undefined ? name : local(item.title);
  });
  return (
    <section className="card">
      <div className="panel-head">
        <h2>{t('counts', { plain, changed, counted, absent })}</h2>
        <span className="faint">
          {[rows, ...(counted === 0 ? [] : [t('countedBy', { by: by.join(t('between')) })])].join(
            ' · ',
          )}
        </span>
      </div>
      {found.mayRead ? null : <p className="policy-no">{t('noLeave')}</p>}
      <DataTable
        label={t('simulator')}
        columns={columns}
        rows={found.items}
        rowKey={(one) => one.item}
      />
    </section>
  );
}

type Kind = 'me' | 'account' | 'role';

const firstKind = (mayAll: boolean, account: string | undefined): Kind => {
  if (!mayAll) return 'me';
  return account === undefined ? 'role' : 'account';
};

/** In the address: `leader@330109004`, or `~` and the account. */
function whoOf(word: string): Choice['who'] {
  if (word.startsWith('~')) return { account: word.slice(1) };
  const [role, unit] = word.split('@');
  return { ...(role ? { role } : {}), ...(unit ? { unit } : {}) };
}

const wordOf = ({ account, role, unit }: Choice['who']): string =>
  account === undefined ? [role ?? '', unit ?? ''].join('@').replace(/^@$/, '') : `~${account}`;

interface Choice {
  table: PolicyTable;
  kind: Kind;
  who: Pick<Asked, 'account' | 'role' | 'unit'>;
  set: (part: Pick<Asked, 'account' | 'role' | 'unit'>) => void;
}

function Who({ table, kind, who, set }: Choice): ReactNode {
  const t = useText(text);
  const words = useWords(table);
  const unitWords = useUnitWords();
  const [search, setSearch] = useState('');
  const accounts = useAccounts(kind === 'account' ? search : '').data?.accounts ?? [];
  const units = useUnits(search === '' ? (who.unit ?? '') : search).data?.units ?? [];
  if (kind === 'me') return null;
  if (kind === 'account') {
    return (
      <Form.Item label={t('account')} htmlFor="sim-account">
        <Select
          id="sim-account"
          showSearch={{ filterOption: false, onSearch: setSearch }}
          value={who.account ?? null}
          placeholder={t('pickAccount')}
          options={accounts.map(({ id, name, login }) => ({
            value: id,
            label: `${name} ${login}`,
          }))}
          onChange={(account) => set({ account: account ?? undefined })}
        />
      </Form.Item>
    );
  }
  return (
    <>
      <Form.Item label={t('role')} htmlFor="sim-role">
        <Select
          id="sim-role"
          value={who.role ?? null}
          options={table.roles.map(({ name }) => ({ value: name, label: words.role(name) }))}
          onChange={(role) => set({ ...who, role: role ?? undefined })}
        />
      </Form.Item>
      <Form.Item label={t('unit')} htmlFor="sim-unit">
        <Select
          id="sim-unit"
          showSearch={{ filterOption: false, onSearch: setSearch }}
          value={who.unit ?? null}
          placeholder={t('pickUnit')}
          options={units.map(({ code, name }) => ({
            value: code,
            label: `${unitWords(name)} ${code}`,
          }))}
          onChange={(unit) => set({ ...who, unit: unit ?? undefined })}
        />
      </Form.Item>
    </>
  );
}

/** Purposes that some line names, and the one pages read for. */
const purposesOf = ({ policies }: PolicyTable): string[] => [
  ...new Set([
    'browse',
    ...policies.flatMap(({ purposes }) => Object.keys(purposes)),
    ...policies.flatMap(({ lines }) => lines.flatMap((line) => line.purposes ?? [])),
  ]),
];

const isChosen = ({ account, role, unit }: Choice['who']): boolean =>
  account !== undefined || (role !== undefined && unit !== undefined && unit !== '');

export function Simulator({ table }: { table: PolicyTable }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const may = useMay();
  const me = useMe();
  const words = useWords(table);
  const [search, setSearch] = useState('');
  const [dataset, setDataset] = useUrlValue('dataset');
  const [named, setNamed] = useUrlValue('who');
  const who = whoOf(named);
  const setWho = (next: Choice['who']): void => setNamed(wordOf(next));
  const [kind, setKind] = useState<Kind>(firstKind(may('gate.policy'), who.account));
  const [purpose, setPurpose] = useUrlValue('purpose', 'browse');
  const [grant, setGrant] = useState('');
  const chosen = kind === 'me' ? { account: me.data?.actor?.id } : who;
  const kinds: Kind[] = may('gate.policy') ? ['role', 'account'] : ['me'];
  const kindWords = { me: t('myself'), account: t('account'), role: t('roleInUnit') };
  const isWhole = dataset !== '' && purpose.trim() !== '' && isChosen(chosen);
  const isGrant = /^[0-9a-f-]{36}$/i.test(grant);
  const whole = { dataset, purpose, ...chosen, ...(isGrant ? { grant } : {}) };
  const found = useSimulation(isWhole ? whole : undefined);
  const datasets = useDatasets(search === '' ? dataset : search).data?.resources ?? [];
  return (
    <>
      <Form layout="vertical" className="card policy-ask">
        <Form.Item label={t('who')}>
          <Segmented
            aria-label={t('who')}
            value={kind}
            options={kinds.map((value) => ({ value, label: kindWords[value] }))}
            onChange={(next) => {
              setKind(next);
              setWho({});
            }}
          />
        </Form.Item>
        <Who table={table} kind={kind} who={who} set={setWho} />
        <Form.Item label={t('dataset')} htmlFor="sim-dataset">
          <Select
            id="sim-dataset"
            showSearch={{ filterOption: false, onSearch: setSearch }}
            value={dataset === '' ? null : dataset}
            options={datasets.map(({ name, title }) => ({ value: name, label: local(title) }))}
            onChange={(next) => setDataset(next ?? '')}
          />
        </Form.Item>
        <Form.Item
          label={t('purpose')}
          htmlFor="sim-purpose"
          extra={words.purpose(purpose) === purpose ? undefined : words.purpose(purpose)}
        >
          <AutoComplete
            id="sim-purpose"
            value={purpose}
            options={purposesOf(table).map((value) => ({
              value,
              label: words.purpose(value) === value ? value : `${words.purpose(value)} ${value}`,
            }))}
            onChange={setPurpose}
          />
        </Form.Item>
        <Form.Item label={t('grant')} htmlFor="sim-grant">
          <Input
            id="sim-grant"
            value={grant}
            onChange={(event) => setGrant(event.target.value.trim())}
          />
        </Form.Item>
      </Form>
      {!isWhole ? (
        <EmptyState title={t('start')}>{t('startBody')}</EmptyState>
      ) : (
        <Loaded query={found}>{(data) => <Found table={table} found={data} />}</Loaded>
      )}
    </>
  );
}
