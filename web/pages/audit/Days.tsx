/** One sealed digest for each day: to be handed over, and compared with what was handed over. */
import { Button, Upload } from 'antd';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { EmptyState, figure, Loaded, Panel } from '#web/parts';
import { useDays } from './data.ts';
import { text } from './text.ts';

export function Days(props: { onCompare: ((digests: string) => void) | undefined }): ReactNode {
  const t = useText(text);
  const days = useDays();
  const { onCompare } = props;
  const compare = (file: File): false => {
    void file.text().then((digests) => onCompare?.(digests));
    return false;
  };
  return (
    <Panel title={t('days')} note={t('daysNote')}>
      <Loaded query={days}>
        {(found) =>
          found.days.length === 0 ? (
            <EmptyState title={t('noDays')}>{t('noDaysBody')}</EmptyState>
          ) : (
            <ul className="audit-days">
              {found.days.map((one) => (
                <li key={one.day}>
                  <b>{one.day}</b>
                  <small className="faint">{t('dayRecords', { n: figure(one.records) })}</small>
                  <code title={one.digest}>{one.digest.match(/.{16}/g)?.join(' ')}</code>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <div className="audit-narrow audit-pad">
        <Button size="small" href="/api/audit/digests?limit=5000">
          {t('takeDigests')}
        </Button>
        {onCompare === undefined ? null : (
          <Upload accept=".txt" showUploadList={false} beforeUpload={compare}>
            <Button size="small">{t('compare')}</Button>
          </Upload>
        )}
      </div>
    </Panel>
  );
}
