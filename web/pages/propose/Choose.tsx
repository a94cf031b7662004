/** Choosing the file and whose data it is. */
import { Button, Progress } from 'antd';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { ErrorState, FileDrop, Panel, StateMark } from '#web/parts';
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
  const take = ([file]: File[]): void => {
    if (file !== undefined) props.onFile(file);
  };
  return (
    <Panel title={t('file')}>
      <div className="pro-choose">
        <FileDrop onFiles={take} title={props.file?.name ?? t('drop')} note={t('dropNote')} />
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
