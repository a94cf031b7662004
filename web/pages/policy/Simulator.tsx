/**
 * What somebody would see of a dataset for a purpose, on invented values, and which line decided.
 */
import { Form, Input, Segmented, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { PolicyTable, Simulation } from '#gate/model';
import { useLocal, useMay, useMe, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  AccountChoice,
  type Column,
  DatasetChoice,
  DataTable,
  EmptyState,
  GradeChip,
  Loaded,
  PurposeChoice,
  UnitChoice,
  ViewMark,
} from '#web/parts';
import { type Asked, useSimulation, useWords } from './data.ts';
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
  const unit = useUnitWords();
  const names = new Map(found.roles.map((held) => [held.unit, held.unitName]));
  const named = (code: string): string => unit(names.get(code) ?? code);
  const rows = {
    all: t('rowsAll'),
    units: t('rowsUnits', { units: found.units.map(named).join(t('between')) }),
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
  if (kind === 'me') return null;
  if (kind === 'account') {
    return (
      <Form.Item label={t('account')} htmlFor="sim-account">
        <AccountChoice
          id="sim-account"
          value={who.account ?? ''}
          onChange={(account) => set(account === '' ? {} : { account })}
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
        <UnitChoice
          id="sim-unit"
          label={t('unit')}
          value={who.unit ?? ''}
          onChange={(unit) => set({ ...who, unit })}
        />
      </Form.Item>
    </>
  );
}

const isChosen = ({ account, role, unit }: Choice['who']): boolean =>
  account !== undefined || (role !== undefined && unit !== undefined && unit !== '');

export function Simulator({ table }: { table: PolicyTable }): ReactNode {
  const t = useText(text);
  const may = useMay();
  const me = useMe();
  const words = useWords(table);
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
          <DatasetChoice id="sim-dataset" value={dataset} onChange={setDataset} />
        </Form.Item>
        <Form.Item
          label={t('purpose')}
          htmlFor="sim-purpose"
          extra={words.purpose(purpose) === purpose ? undefined : words.purpose(purpose)}
        >
          <PurposeChoice
            id="sim-purpose"
            policies={table.policies}
            value={purpose}
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
