/** Choosing the file and whose data it is. */
import { IconFileUpload } from '@tabler/icons-react';
import { Button, Progress } from 'antd';
import { type DragEvent, type ReactNode, useId, useState } from 'react';
import { useText } from '#web/client';
import { ErrorState, Panel, StateMark } from '#web/parts';
import { OwnerChoice } from './OwnerChoice.tsx';
import { text } from './text.ts';

export function Choose(props: {
  file: File | undefined;
  onFile: (file: File) => void;
  owner: string;
  onOwner: (code: string) => void;
  sent: number | undefined;
  error: unknown;
  onRead: () => void;
  onCancel: () => void;
}): ReactNode {
  const t = useText(text);
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) props.onFile(file);
  };
  return (
    <Panel title={t('file')}>
      <div className="pro-choose">
        <label
          htmlFor={id}
          className={over ? 'pro-drop is-over' : 'pro-drop'}
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
            className="visually-hidden"
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file !== undefined) props.onFile(file);
            }}
          />
          <IconFileUpload size={28} stroke={1.5} aria-hidden />
          <span>
            <b>{props.file?.name ?? t('drop')}</b>
            <small className="muted">{t('dropNote')}</small>
          </span>
        </label>
        <div className="pro-fields">
          <OwnerChoice value={props.owner} onChange={props.onOwner} />
          <span className="pro-buttons">
            <Button
              type="primary"
              disabled={props.file === undefined || props.sent !== undefined}
              onClick={props.onRead}
            >
              {t('read')}
            </Button>
            {props.sent === undefined ? null : (
              <Button onClick={props.onCancel}>{t('cancel')}</Button>
            )}
          </span>
        </div>
        {props.sent === undefined ? null : (
          <div className="pro-progress" role="status">
            <StateMark state="run" word={t('reading')} />
            <Progress percent={Math.round(props.sent * 100)} size="small" showInfo={false} />
          </div>
        )}
        {props.error === undefined ? null : <ErrorState error={props.error} />}
      </div>
    </Panel>
  );
}
