import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { EmptyState, Facts, figure, NameAndCode, Panel } from '#web/parts';
import { type AuditRecord, type Filters, useDatasetTitle, usePurpose } from './data.ts';
import { Did, When, Who } from './Records.tsx';
import { text } from './text.ts';

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 1);

function Detail({ detail }: { detail: NonNullable<AuditRecord['detail']> }): ReactNode {
  return (
    <dl className="audit-detail">
      {Object.entries(detail).map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <code>{asText(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Chosen({ record, filters }: { record: AuditRecord; filters: Filters }): ReactNode {
  const t = useText(text);
  const titleOf = useDatasetTitle();
  const purpose = usePurpose();
  const { subject } = record;
  return (
    <>
      <Facts
        rows={[
          [t('did'), <Did key="did" action={record.action} />],
          [t('code'), <code key="code">{record.action}</code>],
          [t('time'), <When key="at" at={record.at} />],
          [t('who'), <Who key="who" record={record} />],
          [t('account'), <code key="account">{record.actor}</code>],
          [t('from'), record.from],
          [
            t('dataset'),
            record.dataset === null ? null : (
              <NameAndCode key="dataset" name={titleOf(record.dataset)} code={record.dataset} />
            ),
          ],
          [t('subject'), subject === null ? null : <code key="subject">{subject}</code>],
          [t('rows'), figure(record.rows)],
          [t('purpose'), purpose(record.purpose)],
          [t('grant'), record.grant],
          [t('persons'), figure(record.persons?.length ?? null)],
          [t('request'), <code key="request">{record.requestId}</code>],
          [t('recordId'), <code key="id">{record.id}</code>],
        ]}
      />
      {record.detail === null ? null : <Detail detail={record.detail} />}
      <div className="audit-narrow">
        <Button size="small" onClick={() => filters.setActor(record.actor)}>
          {t('onlyThis')}
        </Button>
        {subject === null ? null : (
          <Button size="small" onClick={() => filters.setSubject(subject)}>
            {t('sameSubject')}
          </Button>
        )}
        {(record.persons ?? []).slice(0, 3).map((person) => (
          <Button key={person} size="small" onClick={() => filters.setPerson(person)}>
            {t('samePerson', { id: person.slice(0, 6) })}
          </Button>
        ))}
        <Button size="small" onClick={() => filters.setRequest(record.requestId)}>
          {t('sameRequest')}
        </Button>
      </div>
    </>
  );
}

/** The record that is chosen, whole, and below it the proofs. */
export function RecordPanel(props: {
  record: AuditRecord | undefined;
  filters: Filters;
  children: ReactNode;
}): ReactNode {
  const t = useText(text);
  return (
    <aside className="audit-side">
      <Panel title={t('record')}>
        <div className="audit-pad">
          {props.record === undefined ? (
            <EmptyState title={t('choose')}>{t('chooseBody')}</EmptyState>
          ) : (
            <Chosen record={props.record} filters={props.filters} />
          )}
        </div>
      </Panel>
      {props.children}
    </aside>
  );
}
