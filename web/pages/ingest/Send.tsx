/**
 * Choosing files and handing them in, with progress; nothing is sent before the button is pressed.
 */
import { IconFileUpload } from '@tabler/icons-react';
import { Button, Input, Progress, Select } from 'antd';
import { type DragEvent, type ReactNode, useId, useState } from 'react';
import { useLocal, useText } from '#web/client';
import { ErrorState, figure, Panel, StateMark } from '#web/parts';
import { useDatasets, useDelivery, useSend } from './data.ts';
import { text } from './text.ts';

const accept = '.csv,.txt,.tsv,.xlsx';

function Drop(props: { files: readonly File[]; onFiles: (files: File[]) => void }): ReactNode {
  const t = useText(text);
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    props.onFiles([...event.dataTransfer.files]);
  };
  return (
    <label
      htmlFor={id}
      className={over ? 'ing-drop is-over' : 'ing-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={take}
    >
      <input
        id={id}
        type="file"
        multiple
        accept={accept}
        className="visually-hidden"
        onChange={(event) => props.onFiles([...(event.target.files ?? [])])}
      />
      <IconFileUpload size={28} stroke={1.5} aria-hidden />
      {props.files.length === 0 ? (
        <span>
          <b>{t('drop')}</b>
          <small className="muted">{t('dropNote')}</small>
        </span>
      ) : (
        <span>
          <b>{t('chosen', { n: props.files.length })}</b>
          <small className="muted">{props.files.map((file) => file.name).join('、')}</small>
        </span>
      )}
    </label>
  );
}

/** Half of the bar is the way here, half is the work. */
function Under({ batch, sent }: { batch: string; sent: number }): ReactNode {
  const t = useText(text);
  const delivery = useDelivery(sent < 1 ? '' : batch);
  const stage = delivery.data?.stage;
  const part = sent < 1 ? sent / 2 : 0.5 + (delivery.data?.progress ?? 0) / 2;
  return (
    <div className="ing-progress" role="status">
      <StateMark state="run" word={stage === undefined ? t('uploading') : t(`stage.${stage}`)} />
      <Progress percent={Math.round(part * 100)} size="small" aria-label={t('deliver')} />
    </div>
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
  const { send, sending, result, error, reset, cancel } = useSend((batch) => {
    setFiles([]);
    setNote('');
    props.onDone(batch);
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
        {sending === undefined ? null : <Under batch={sending.batch} sent={sending.sent} />}
        {error === undefined ? null : <ErrorState error={error} />}
        {result === undefined ? null : (
          <p className="ing-result" role="status">
            <StateMark state={result.returned > 0 ? 'warn' : 'ok'} word={t('state.landed')} />
            {t('accountedFor', {
              a: figure(result.accepted),
              b: figure(result.returned),
              n: figure(result.rows),
            })}
          </p>
        )}
      </div>
    </Panel>
  );
}
