/** Every version of a policy: who, when, why, and which lines became what. */
import { Button, Input, Popconfirm } from 'antd';
import { type ReactNode, useState } from 'react';
import type { LineChange, PolicyHistory, PolicyLine, PolicyTable } from '#gate/model';
import { shortTime, useLocal, useMay, useText } from '#web/client';
import { ErrorState, Loaded, PersonName, ViewMark } from '#web/parts';
import { filePath, type PolicyId, useHistory, useRollBack, useWords } from './data.ts';
import { text } from './text.ts';

function Side({ line, table }: { line: PolicyLine; table: PolicyTable }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const words = useWords(table);
  const parts = [
    line.roles.map(words.role).join(t('between')),
    line.grades.join(' '),
    line.types?.map(words.meaning).join(t('between')) ?? t('allTypes'),
    line.purposes === undefined
      ? ''
      : t('onlyFor', { what: line.purposes.map(words.purpose).join(t('between')) }),
    line.own === undefined ? '' : t('ownOnly'),
    local(line.because),
  ];
  return (
    <span className="policy-side">
      <ViewMark view={line.view} {...words.how(line)} />
      <span>{parts.filter((part) => part !== '').join(' · ')}</span>
    </span>
  );
}

function Change({ change, table }: { change: LineChange; table: PolicyTable }): ReactNode {
  const t = useText(text);
  return (
    <li>
      <b>{t(change.kind)}</b> <code>{change.id}</code>
      {change.before === null ? null : (
        <del>
          <Side line={change.before} table={table} />
        </del>
      )}
      {change.after === null ? null : (
        <ins>
          <Side line={change.after} table={table} />
        </ins>
      )}
    </li>
  );
}

function RollBack(props: { id: PolicyId; now: number; to: number }): ReactNode {
  const t = useText(text);
  const [reason, setReason] = useState('');
  const back = useRollBack(props.id);
  const go = (): void => back.mutate({ version: props.now, to: props.to, reason });
  return (
    <>
      <Popconfirm
        placement="bottomRight"
        title={t('rollBack')}
        description={
          <Input
            className="policy-back"
            aria-label={t('reason')}
            placeholder={t('reason')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        }
        okButtonProps={{ disabled: reason.trim().length < 2 }}
        onConfirm={go}
      >
        <Button size="small" loading={back.isPending}>
          {t('rollBack')}
        </Button>
      </Popconfirm>
      {back.isError ? <ErrorState error={back.error} /> : null}
    </>
  );
}

function Version(props: {
  id: PolicyId;
  version: PolicyHistory;
  table: PolicyTable;
  now: number;
}): ReactNode {
  const t = useText(text);
  const may = useMay();
  const { version: one, table, now, id } = props;
  return (
    <article className="card policy-version">
      <header>
        <b>{t('version', { n: one.version })}</b>
        {one.version === now ? <span className="chip">{t('inForce')}</span> : null}
        <span className="faint">{shortTime(one.at)}</span>
        {one.reason === null ? null : <PersonName name={one.by} />}
        <span className="muted">{one.reason ?? t('fromPack')}</span>
        {one.restores === null ? null : (
          <span className="chip">{t('restored', { n: one.restores })}</span>
        )}
        <span className="grow" />
        <Button size="small" href={filePath(id, one.version)}>
          {t('export')}
        </Button>
        {may('gate.policy') && one.version !== now ? (
          <RollBack id={id} now={now} to={one.version} />
        ) : null}
      </header>
      {one.changes.length === 0 ? (
        <p className="faint">{t('nothing')}</p>
      ) : (
        <ul>
          {one.changes.map((change) => (
            <Change key={`${change.kind}${change.id}`} change={change} table={table} />
          ))}
        </ul>
      )}
    </article>
  );
}

export function History({ id, table }: { id: PolicyId; table: PolicyTable }): ReactNode {
  const history = useHistory(id);
  return (
    <Loaded query={history}>
      {({ versions }) =>
        versions.map((version) => (
          <Version
            key={version.version}
            id={id}
            version={version}
            table={table}
            now={versions[0]?.version ?? 0}
          />
        ))
      }
    </Loaded>
  );
}
