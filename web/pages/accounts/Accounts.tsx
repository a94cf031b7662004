/** 账号与角色: who has an account, what waits for a second pair of eyes, how many are active. */
import { IconUpload, IconUserPlus } from '@tabler/icons-react';
import { Button, message } from 'antd';
import { type ReactNode, useState } from 'react';
import { useMay, useText } from '#web/client';
import { PageHeader } from '#web/parts';
import './accounts.css';
import { Changes } from './Changes.tsx';
import { Channels } from './Channels.tsx';
import { useFilters } from './data.ts';
import { Identities } from './Identity.tsx';
import { List } from './List.tsx';
import { OpenMany } from './OpenMany.tsx';
import { OpenOne } from './OpenOne.tsx';
import { Rates } from './Rates.tsx';
import { Stuck } from './Stuck.tsx';
import { text } from './text.ts';

export default function Accounts(): ReactNode {
  const t = useText(text);
  const may = useMay();
  const [opening, setOpening] = useState<'one' | 'many'>();
  const [told, shown] = message.useMessage();
  const { setSearch } = useFilters();
  const done = (): void => setOpening(undefined);
  /** What is to be done next is done from the row of the new account. */
  const opened = (id: string): void => {
    done();
    setSearch(id);
    void told.success(t('openedOne', { id }), 8);
  };
  return (
    <div className="accounts">
      {shown}
      <PageHeader
        title={t('title')}
        actions={
          may('organisation.manage') ? (
            <>
              <Button
                icon={<IconUpload size={16} aria-hidden />}
                onClick={() => setOpening('many')}
              >
                {t('openMany')}
              </Button>
              <Button
                type="primary"
                icon={<IconUserPlus size={16} aria-hidden />}
                onClick={() => setOpening('one')}
              >
                {t('openOne')}
              </Button>
            </>
          ) : null
        }
      >
        {t('lead')}
      </PageHeader>
      <div className="accounts-body">
        <div className="accounts-main">
          <List />
        </div>
        <aside className="accounts-side">
          <Changes />
          <Identities />
          <Rates />
          {may('notices.channels') ? <Channels /> : null}
          {may('notices.channels') ? <Stuck /> : null}
        </aside>
      </div>
      {opening === 'one' ? <OpenOne onDone={done} onOpened={opened} /> : null}
      {opening === 'many' ? <OpenMany onDone={done} /> : null}
    </div>
  );
}
