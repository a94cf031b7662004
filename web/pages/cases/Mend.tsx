/** Delivering the mended file from the ticket itself, with what becomes of it while it happens. */
import { IconDownload } from '@tabler/icons-react';
import { Button, Progress } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Run } from '#ingest/model';
import type { Correction } from '#quality/model';
import { useLocal, useText } from '#web/client';
import { ErrorState, FileDrop, figure, Panel, StateMark } from '#web/parts';
import { isEnded, type Mending, useFilePath, useMending } from './data.ts';
import { text } from './text.ts';

const accept = '.csv,.txt,.tsv,.xlsx,.json,.ndjson,.parquet,.zip';

/** How a delivery that did not land ended. */
const wordOf = (state: Run['state']) =>
  state === 'refused' || state === 'cancelled' ? (`run_${state}` as const) : 'run_failed';

function Ended({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (run.state !== 'done') {
    return (
      <>
        <StateMark state="bad" word={t(wordOf(run.state))} />
        <span>{run.error === null ? '' : local(run.error.message)}</span>
        <Link to={`/ingest?batch=${run.id}`}>{t('seeDelivery')}</Link>
      </>
    );
  }
  return (
    <>
      <StateMark state={run.returned > 0 ? 'warn' : 'ok'} word={t('run_done')} />
      <span>
        {t('runCounts', { accepted: figure(run.accepted), returned: figure(run.returned) })}
      </span>
      <Link to={`/ingest?batch=${run.id}`}>{t('seeDelivery')}</Link>
    </>
  );
}

function Progressing({ mending, onCancel }: { mending: Mending; onCancel: () => void }): ReactNode {
  const t = useText(text);
  const { file, sent, run } = mending;
  if (file === undefined) return null;
  if (run !== undefined && isEnded(run)) {
    return (
      <p className="mend-run" role="status">
        <Ended run={run} />
      </p>
    );
  }
  const part = sent === undefined ? (run?.progress ?? 0) : sent / Math.max(1, file.size);
  return (
    <div className="mend-run" role="status">
      <StateMark state="run" word={t(sent === undefined ? 'checking' : 'sending')} />
      <Progress percent={Math.round(part * 100)} size="small" aria-label={file.name} />
      <span className="faint">
        {sent === undefined ? t('rowsSeen', { n: figure(run?.rowsSeen ?? 0) }) : file.name}
      </span>
      <Button size="small" onClick={onCancel}>
        {t('cancel')}
      </Button>
    </div>
  );
}

/** What has to be in the file depends on how the dataset takes deliveries. */
const howOf = (mode: string) => (mode === 'merge' ? 'howMerge' : 'howFull');

export function Downloads({ number }: { number: string }): ReactNode {
  const t = useText(text);
  const path = useFilePath(number);
  return (
    <span className="mend-files">
      <a href={path('xlsx', false)} download>
        <Button icon={<IconDownload size={16} aria-hidden />}>{t('fileExcel')}</Button>
      </a>
      <a href={path('csv', false)} download>
        <Button>{t('fileCsv')}</Button>
      </a>
      <a href={path('xlsx', true)} download>
        <Button type="link">{t('fileNotes')}</Button>
      </a>
    </span>
  );
}

export function Mend({ correction }: { correction: Correction }): ReactNode {
  const t = useText(text);
  const { dataset, mode, number } = correction;
  const { mending, send, cancel } = useMending(dataset, t('noteOf', { number }));
  return (
    <Panel title={t('mendHere')} note={t(howOf(mode))} className="mend">
      <FileDrop
        accept={accept}
        title={mending.file === undefined ? t('drop') : mending.file.name}
        note={t('dropNote')}
        onFiles={([file]) => {
          if (file) void send(file);
        }}
      />
      <Progressing mending={mending} onCancel={() => void cancel()} />
      {mending.error === undefined ? null : <ErrorState error={mending.error} />}
    </Panel>
  );
}
