import { useMutation } from '@tanstack/react-query';
import { Button, Modal, Spin } from 'antd';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { ErrorState, FileDrop, StateMark, useProof } from '#web/parts';
import { linkOf, type OpenedMany, openMany, useRefresh } from './data.ts';
import { text } from './text.ts';

/** The links as a CSV file, made in the browser: the server keeps their hashes only. */
const listOf = ({ opened }: OpenedMany): string =>
  URL.createObjectURL(
    new Blob(
      [
        '\uFEFF账号,单位编码,设密链接,有效至\r\n',
        ...opened.map((one) =>
          [one.account, one.unit, linkOf(one.token), one.expiresAt].join(',').concat('\r\n'),
        ),
      ],
      { type: 'text/csv' },
    ),
  );

function Done({ result }: { result: OpenedMany }): ReactNode {
  const t = useText(text);
  const words = t('opened', { n: result.opened.length, m: result.proposed });
  return (
    <div className="accounts-form" role="status">
      <StateMark state="ok" word={words} />
      <p className="muted">{t('links')}</p>
      <span>
        <Button type="primary" href={listOf(result)} download="links.csv">
          {t('download')}
        </Button>
      </span>
    </div>
  );
}

export function OpenMany({ onDone }: { onDone: () => void }): ReactNode {
  const t = useText(text);
  const refresh = useRefresh();
  const { proving, dialog } = useProof();
  const open = useMutation({
    mutationFn: (file: File) => proving(() => openMany(file)),
    onSuccess: refresh,
  });
  return (
    <Modal
      open
      width={640}
      title={t('openMany')}
      onCancel={onDone}
      footer={<Button onClick={onDone}>{t('close')}</Button>}
    >
      <div className="accounts-form">
        {open.data ? (
          <Done result={open.data} />
        ) : (
          <Spin spinning={open.isPending}>
            <FileDrop
              title={t('listTitle')}
              note={t('listNote')}
              accept=".csv,.xlsx"
              onFiles={([file]) => {
                if (file) open.mutate(file);
              }}
            />
          </Spin>
        )}
        {open.error ? <ErrorState error={open.error} /> : null}
      </div>
      {dialog}
    </Modal>
  );
}
