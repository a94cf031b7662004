/** 专题库: data of several departments for one purpose, who keeps it and who may use it. */
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Library } from '#catalogue/model';
import { useLive, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ExportMenu,
  Facts,
  figure,
  Loaded,
  NameAndCode,
  PageHeader,
  Panel,
  StateMark,
} from '#web/parts';
import { useLibraries } from './data.ts';
import { Named, Opened, useCount, useLast } from './pieces.tsx';
import { text } from './text.ts';
import './warehouses.css';

function Mine({ library }: { library: Library }): ReactNode {
  const t = useText(text);
  return library.mine === 'none' ? null : <span className="chip">{t(`mine.${library.mine}`)}</span>;
}

function Card({ library, onOpen }: { library: Library; onOpen: () => void }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const users = library.users.filter(({ standing }) => standing);
  return (
    <button type="button" className="card wh-library" onClick={onOpen}>
      <span className="wh-library-head">
        <b>{local(library.title)}</b>
        <Mine library={library} />
      </span>
      <span className="muted">{local(library.description)}</span>
      <span className="wh-library-sum">
        <b className="num">{figure(library.rows)}</b> {t('rowsUnit')}
        <span className="faint">{t('ofDatasets', { n: library.datasets.length })}</span>
      </span>
      <span className="wh-library-foot faint">
        <span>
          {t('keeper')} {unit(library.owner.name)}
        </span>
        <span>
          {t('contributors')} {library.contributors.length}
        </span>
        <span>
          {t('users')} {users.length}
        </span>
      </span>
    </button>
  );
}

type Held = Library['datasets'][number];
type User = Library['users'][number];

function Datasets({ library }: { library: Library }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const go = useNavigate();
  const count = useCount();
  const last = useLast<Held>();
  const columns: Column<Held>[] = [
    {
      key: 'name',
      title: t('resource'),
      render: (row) => (
        <span className="wh-name">
          <NameAndCode name={local(row.title)} code={row.name} />
          {row.derived ? <span className="chip">{t('derived')}</span> : null}
        </span>
      ),
    },
    { key: 'owner', title: t('owner'), width: 150, render: (row) => unit(row.ownerName) },
    count('rows', 104, (row) => row.rows),
    last,
  ];
  return (
    <DataTable
      label={t('resources')}
      columns={columns}
      rows={library.datasets}
      rowKey={(row) => row.name}
      onRow={(row) => void go(`/catalogue/${row.name}`)}
    />
  );
}

function Users({ library }: { library: Library }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const columns: Column<User>[] = [
    { key: 'unit', title: t('unit'), width: 170, render: (row) => unit(row.name) },
    { key: 'purpose', title: t('purpose'), render: (row) => row.purpose },
    {
      key: 'until',
      title: t('until'),
      number: true,
      width: 120,
      render: (row) => <Named name={t('until')}>{row.until}</Named>,
    },
    {
      key: 'state',
      title: t('standing'),
      width: 110,
      render: (row) => (
        <StateMark
          state={row.standing ? 'ok' : 'stale'}
          word={t(row.standing ? 'stands' : 'expired')}
        />
      ),
    },
  ];
  return (
    <DataTable
      label={t('users')}
      columns={columns}
      rows={library.users}
      rowKey={(row) => `${row.unit} ${row.purpose}`}
      empty={<EmptyState title={t('noUsers')} />}
    />
  );
}

function Detail({ library }: { library: Library }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const contributors = library.contributors.map(({ name }) => unit(name)).join(t('and'));
  return (
    <div className="wh-detail">
      <p className="muted">{local(library.description)}</p>
      <Facts
        rows={[
          [t('keeper'), unit(library.owner.name)],
          [t('contributors'), contributors || '-'],
        ]}
      />
      <Panel title={t('resources')}>
        <Datasets library={library} />
      </Panel>
      <Panel title={t('users')}>
        <Users library={library} />
      </Panel>
    </div>
  );
}

export default function Libraries(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const query = useLibraries();
  const [open, setOpen] = useUrlValue('library');
  useLive('dataset', ['warehouses']);
  const opened = query.data?.libraries.find(({ name }) => name === open);
  return (
    <>
      <PageHeader
        title={t('libraries')}
        actions={<ExportMenu path="/api/catalogue/lists/libraries/export" />}
      >
        {t('librariesLead')}
      </PageHeader>
      <div className="wh-page">
        <Loaded query={query}>
          {({ libraries }) =>
            libraries.length === 0 ? (
              <EmptyState title={t('noLibraries')}>{t('noLibrariesHint')}</EmptyState>
            ) : (
              <div className="wh-libraries">
                {libraries.map((library) => (
                  <Card key={library.name} library={library} onOpen={() => setOpen(library.name)} />
                ))}
              </div>
            )
          }
        </Loaded>
      </div>
      <Opened one={opened} titleOf={({ title }) => local(title)} onClose={() => setOpen('')}>
        {(library) => <Detail library={library} />}
      </Opened>
    </>
  );
}
