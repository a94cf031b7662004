/**
 * Choosing files and handing them in, with progress; nothing is sent before the button is pressed.
 */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Progress, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { del, useLocal, useText } from '#web/client';
import { ErrorState, FileDrop, Panel, StateMark } from '#web/parts';
import { type Sending, useDatasets, useSend, useUploads } from './data.ts';
import { size } from './size.ts';
import { text } from './text.ts';

const accept = '.csv,.txt,.tsv,.xlsx,.json,.ndjson,.parquet,.zip';

function Drop(props: { files: readonly File[]; onFiles: (files: File[]) => void }): ReactNode {
  const t = useText(text);
  const { files, onFiles } = props;
  const isChosen = files.length > 0;
  return (
    <FileDrop
      many
      accept={accept}
      onFiles={onFiles}
      title={isChosen ? t('chosen', { n: files.length }) : t('drop')}
      note={isChosen ? files.map((file) => file.name).join('、') : t('dropNote')}
    />
  );
}

function Under({ sending }: { sending: Sending }): ReactNode {
  const t = useText(text);
  const part = sending.bytes === 0 ? 0 : sending.sent / sending.bytes;
  return (
    <div className="ing-progress" role="status">
      <StateMark state="run" word={t('uploading')} />
      <Progress percent={Math.round(part * 100)} size="small" aria-label={sending.name} />
      <span className="faint ing-wide">
        {t('sentOf', { name: sending.name, sent: size(sending.sent), all: size(sending.bytes) })}
      </span>
    </div>
  );
}

/** Files that were cut off: chosen again they go on, thrown away they are gone. */
function Unfinished(): ReactNode {
  const t = useText(text);
  const client = useQueryClient();
  const uploads = useUploads().data ?? [];
  if (uploads.length === 0) return null;
  const drop = async (id: string): Promise<void> => {
    await del(`/api/ingest/uploads/${id}`);
    await client.invalidateQueries({ queryKey: ['ingest', 'uploads'] });
  };
  return (
    <section className="ing-unfinished" aria-label={t('unfinished')}>
      <b>{t('unfinished')}</b> <span className="muted">{t('unfinishedNote')}</span>
      <ul>
        {uploads.map(({ id, name, received, bytes }) => (
          <li key={id}>
            <span>{name}</span>
            <span className="num faint">
              {size(received)} / {size(bytes)}
            </span>
            <Button size="small" type="link" onClick={() => void drop(id)}>
              {t('throwAway')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Send(props: {
  dataset: string;
  onDataset: (name: string) => void;
  onDone: (batch: string) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const datasets = useDatasets().data ?? [];
  const [files, setFiles] = useState<File[]>([]);
  const [note, setNote] = useState('');
  const { send, sending, error, reset, cancel } = useSend((run) => {
    setFiles([]);
    setNote('');
    props.onDone(run);
  });
  const options = datasets.map(({ name, title, ownerName }) => ({
    value: name,
    label: `${local(title)} · ${ownerName}`,
  }));
  const choose = (next: File[]): void => {
    reset();
    setFiles(next);
  };
  return (
    <Panel title={t('deliver')}>
      <div className="ing-send">
        <Drop files={files} onFiles={choose} />
        <div className="ing-fields">
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('chooseDataset')}
            aria-label={t('dataset')}
            {...(props.dataset === '' ? {} : { value: props.dataset })}
            onChange={props.onDataset}
            options={options}
          />
          <Input
            value={note}
            maxLength={500}
            placeholder={t('notePlaceholder')}
            aria-label={t('note')}
            onChange={(event) => setNote(event.target.value)}
          />
          <span className="ing-buttons">
            <Button
              type="primary"
              disabled={files.length === 0 || props.dataset === '' || sending !== undefined}
              onClick={() => void send(props.dataset, files, note)}
            >
              {t('send')}
            </Button>
            {sending === undefined ? null : <Button onClick={cancel}>{t('cancel')}</Button>}
          </span>
        </div>
        {sending === undefined ? <Unfinished /> : <Under sending={sending} />}
        {error === undefined ? null : <ErrorState error={error} />}
      </div>
    </Panel>
  );
}
