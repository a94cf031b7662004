/** The end of the page: what still stands against it, saving, and the first delivery. */
import { Button, Progress } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Proposal, Run } from '#ingest/model';
import { useLocal, useText } from '#web/client';
import { ErrorState, figure, StateMark } from '#web/parts';
import { type Come, useFirstDelivery, useSave } from './data.ts';
import { faultsByItem } from './draft.ts';
import { text } from './text.ts';

type Check = ReturnType<typeof import('./data.ts').useCheck>;

function download(name: string, yaml: string): void {
  const url = URL.createObjectURL(new Blob([yaml], { type: 'text/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.yaml`;
  link.click();
  URL.revokeObjectURL(url);
}

/** A first delivery that ended: taken, or why not. */
function Ended({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (run.state !== 'done') {
    const said = run.error === null ? t('notLanded') : local(run.error.message);
    return <StateMark state="bad" word={said} />;
  }
  const counts = { n: figure(run.rows), a: figure(run.accepted), b: figure(run.returned) };
  return <StateMark state={run.returned > 0 ? 'warn' : 'ok'} word={t('landed', counts)} />;
}

function Delivered(props: { dataset: string; come: Come; file: File }): ReactNode {
  const t = useText(text);
  const first = useFirstDelivery();
  const { run, data: result } = first;
  return (
    <div className="pro-delivered">
      {result === undefined ? (
        <Button type="primary" loading={first.isPending} onClick={() => first.mutate(props)}>
          {first.isPending ? t('delivering') : t('first')}
        </Button>
      ) : (
        <p role="status">
          <Ended run={result} />
        </p>
      )}
      {run === undefined || result !== undefined ? null : (
        <Progress percent={Math.round(run.progress * 100)} size="small" aria-label={t('first')} />
      )}
      {first.error === null ? null : <ErrorState error={first.error} />}
      <Link to={`/catalogue/${props.dataset}`}>{t('toResource')}</Link>
      {result !== undefined && (result.returned > 0 || result.state !== 'done') ? (
        <Link to={`/ingest?batch=${result.id}`}>{t('toReturned')}</Link>
      ) : null}
    </div>
  );
}

export function Finish(props: {
  draft: Proposal;
  come: Come;
  file: File;
  check: Check;
  onAgain: () => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const save = useSave();
  const { draft, check } = props;
  const faults = check.data?.faults ?? [];
  const general = faultsByItem(faults).get('') ?? [];
  if (save.data !== undefined) {
    return (
      <section className="card pro-finish" aria-live="polite">
        <StateMark state="ok" word={t('saved')} />
        <p className="muted">{t('savedNote', { file: save.data.file })}</p>
        <Delivered dataset={save.data.dataset} come={props.come} file={props.file} />
        <Button onClick={props.onAgain}>{t('again')}</Button>
      </section>
    );
  }
  const ready = check.settled && check.data !== undefined && faults.length === 0;
  const said = faults.length === 0 ? t('noFaults') : t('faults', { n: faults.length });
  return (
    <section className="card pro-finish" aria-live="polite">
      <span className="pro-state">
        {check.data === undefined || !check.settled ? (
          <StateMark state="run" word={t('checking')} />
        ) : (
          <StateMark state={faults.length === 0 ? 'ok' : 'bad'} word={said} />
        )}
      </span>
      {general.length === 0 ? null : (
        <ul className="pro-faults">
          {general.map((fault) => (
            <li key={`${fault.code} ${fault.item}`}>
              <code>{fault.item}</code> {local(fault.message)}
            </li>
          ))}
        </ul>
      )}
      <span className="pro-buttons">
        <Button
          disabled={check.data === undefined}
          onClick={() => download(draft.name, check.data?.yaml ?? '')}
        >
          {t('yaml')}
        </Button>
        <Button
          type="primary"
          disabled={!ready}
          loading={save.isPending}
          onClick={() => save.mutate(draft)}
        >
          {t('save')}
        </Button>
      </span>
      {check.error === null ? null : <ErrorState error={check.error} />}
      {save.error === null ? null : <ErrorState error={save.error} />}
    </section>
  );
}
