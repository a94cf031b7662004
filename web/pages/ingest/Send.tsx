/**
 * Choosing files and handing them in. They come while one looks at them; nothing is delivered
 * before the button is pressed.
 */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Progress, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { del, useListed, useLocal, useText, useUnitWords } from '#web/client';
import { ErrorState, FileDrop, Panel, StateMark } from '#web/parts';
import { type Sending, useArriving } from './arriving.ts';
import { useDatasets, useUploads } from './data.ts';
import { Preview, type Said } from './Preview.tsx';
import { size } from './size.ts';
import { text } from './text.ts';

const accept = '.csv,.txt,.tsv,.xlsx,.json,.ndjson,.parquet,.zip';

function Drop(props: { files: readonly File[]; onFiles: (files: File[]) => void }): ReactNode {
  const t = useText(text);
  const listed = useListed();
  const { files, onFiles } = props;
  const isChosen = files.length > 0;
  return (
    <FileDrop
      many
      accept={accept}
      onFiles={onFiles}
      title={isChosen ? t('chosen', { n: files.length }) : t('drop')}
      note={isChosen ? listed(files.map((file) => file.name)) : t('dropNote')}
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
function Unfinished({ begun }: { begun: ReadonlySet<string> }): ReactNode {
  const t = useText(text);
  const client = useQueryClient();
  const uploads = (useUploads().data ?? []).filter(({ id }) => !begun.has(id));
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

interface FieldsProps {
  dataset: string;
  onDataset: (name: string) => void;
  note: string;
  onNote: (note: string) => void;
}

function Fields({ dataset, onDataset, note, onNote }: FieldsProps): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  const options = (useDatasets().data ?? []).map(({ name, title, ownerName }) => ({
    value: name,
    label: `${local(title)} · ${unit(ownerName)}`,
  }));
  return (
    <>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('chooseDataset')}
        aria-label={t('dataset')}
        {...(dataset === '' ? {} : { value: dataset })}
        onChange={onDataset}
        options={options}
      />
      <Input
        value={note}
        maxLength={500}
        placeholder={t('notePlaceholder')}
        aria-label={t('note')}
        onChange={(event) => onNote(event.target.value)}
      />
    </>
  );
}

const nothing: Said = { byFile: {}, keep: false };

export function Send(props: {
  dataset: string;
  onDataset: (name: string) => void;
  onDone: (batch: string) => void;
}): ReactNode {
  const t = useText(text);
  const { dataset } = props;
  const [note, setNote] = useState('');
  const [said, setSaid] = useState<Said>(nothing);
  const arriving = useArriving((run) => {
    setNote('');
    setSaid(nothing);
    props.onDone(run);
  });
  const { files, sending, arrived, begun, handing, error } = arriving;
  const choose = (next: readonly File[]): void => {
    setSaid(nothing);
    void arriving.choose(next);
  };
  const forDataset = (name: string): void => {
    // Columns were placed for the items of another one.
    setSaid(nothing);
    props.onDataset(name);
  };
  const isReady = files.length > 0 && dataset !== '' && error === undefined;
  return (
    <>
      <Panel title={t('deliver')}>
        <div className="ing-send">
          <Drop files={files} onFiles={choose} />
          <div className="ing-fields">
            <Fields dataset={dataset} onDataset={forDataset} note={note} onNote={setNote} />
            <span className="ing-buttons">
              <Button
                type="primary"
                disabled={!isReady}
                loading={handing}
                onClick={() => void arriving.deliver({ dataset, note, ...said })}
              >
                {t('send')}
              </Button>
              {files.length === 0 ? null : (
                <Button onClick={() => choose([])}>{t('cancel')}</Button>
              )}
            </span>
          </div>
          {sending === undefined ? <Unfinished begun={begun} /> : <Under sending={sending} />}
          {error === undefined ? null : <ErrorState error={error} onRetry={() => choose(files)} />}
        </div>
      </Panel>
      {arrived.length === 0 ? null : (
        <Preview files={arrived} dataset={dataset} said={said} onSaid={setSaid} />
      )}
    </>
  );
}
