/** Changes of roles: what waits for the security administrator, and what became of the others. */
import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { serverNow, shortTime, useLocal, useMay, useText, useUnitWords } from '#web/client';
import {
  EmptyState,
  ErrorState,
  Loaded,
  Panel,
  PersonName,
  StateMark,
  useProof,
  useUnitTitle,
} from '#web/parts';
import {
  confirmChange,
  type HeldRole,
  type RoleChange,
  rejectChange,
  useRefresh,
  useRoleChanges,
  useRoles,
} from './data.ts';
import { text } from './text.ts';

const marks = { proposed: 'warn', confirmed: 'ok', rejected: 'bad', replaced: 'stale' } as const;

const UnitTitle = ({ code }: { code: string }): ReactNode => useUnitTitle(code);

/** Roles with the units they are held in. */
function Held({ roles }: { roles: readonly HeldRole[] }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const known = useRoles().data?.roles ?? [];
  if (roles.length === 0) return t('noRole');
  return roles.map(({ role, unit }, at) => (
    <span key={`${role} ${unit}`}>
      {at === 0 ? '' : t('between')}
      {local(known.find((one) => one.name === role)?.title) || role}{' '}
      <small className="faint">
        <UnitTitle code={unit} />
      </small>
    </span>
  ));
}

function Answer({ change }: { change: RoleChange }): ReactNode {
  const t = useText(text);
  const refresh = useRefresh();
  const { proving, dialog } = useProof();
  const [why, setWhy] = useState<string>();
  const answer = useMutation({
    mutationFn: async (reason: string | null) => {
      if (reason === null) await proving(() => confirmChange(change.id));
      else await rejectChange(change.id, reason);
    },
    onSettled: refresh,
  });
  return (
    <>
      {why === undefined ? null : (
        <Input
          aria-label={t('rejectWhy')}
          placeholder={t('rejectWhy')}
          value={why}
          maxLength={500}
          autoFocus
          onChange={(event) => setWhy(event.target.value)}
        />
      )}
      <span className="accounts-line">
        {why === undefined ? (
          <Button
            size="small"
            type="primary"
            loading={answer.isPending}
            onClick={() => answer.mutate(null)}
          >
            {t('confirm')}
          </Button>
        ) : null}
        <Button
          size="small"
          disabled={why?.trim() === ''}
          onClick={() => (why === undefined ? setWhy('') : answer.mutate(why))}
        >
          {t('reject')}
        </Button>
      </span>
      {answer.error ? <ErrorState error={answer.error} /> : null}
      {dialog}
    </>
  );
}

function One({ change }: { change: RoleChange }): ReactNode {
  const t = useText(text);
  const may = useMay();
  const unit = useUnitWords();
  const time = shortTime(change.proposedAt, new Date(serverNow()));
  const waits = change.state === 'proposed' && may('organisation.grant');
  return (
    <div className={waits ? 'accounts-change accounts-waiting' : 'accounts-change'}>
      <span className="accounts-line">
        <StateMark state={marks[change.state]} word={t(`change.${change.state}`)} />
        <b>
          <PersonName name={change.name} />
        </b>
        <small className="faint">
          {change.account} · {unit(change.unitName)}
        </small>
      </span>
      <span>
        <del className="faint">
          <Held roles={change.before} />
        </del>{' '}
        → <Held roles={change.after} />
      </span>
      <small className="muted">
        {change.reason} · {t('by')} {change.proposedBy} · {time}
        {change.answer === null ? '' : ` · ${change.answer}`}
      </small>
      {waits ? <Answer change={change} /> : null}
    </div>
  );
}

export function Changes(): ReactNode {
  const t = useText(text);
  const query = useRoleChanges();
  return (
    <Panel title={t('changes')} note={t('changesNote')}>
      <Loaded query={query}>
        {({ changes }) =>
          changes.length === 0 ? (
            <EmptyState title={t('noChanges')}>{t('noChangesBody')}</EmptyState>
          ) : (
            changes.map((change) => <One key={change.id} change={change} />)
          )
        }
      </Loaded>
    </Panel>
  );
}
