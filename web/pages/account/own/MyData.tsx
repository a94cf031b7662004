/** 我的数据: what departments hold about the person who is signed in, and his word on it. */
import { IconEye } from '@tabler/icons-react';
import { Collapse, Switch } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { OwnData } from '#quality/model';
import { dayWords, useLanguage, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import { EmptyState, Loaded, PageHeader, Panel, StateMark } from '#web/parts';
import '../account.css';
import { useObjections, useOwn } from './data.ts';
import { Objections } from './Objections.tsx';
import './own.css';
import { Records } from './Records.tsx';
import { type Pointed, Saying } from './Saying.tsx';
import { text } from './text.ts';

/** Items whose objection is still open. */
function usePending(): ReadonlySet<string> {
  const open = (useObjections().data ?? []).filter(({ outcome }) => outcome === null);
  return new Set(open.map(({ dataset, item }) => `${dataset} ${item}`));
}

function Sets({ own, onPoint }: { own: OwnData; onPoint: (pointed: Pointed) => void }) {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  const lang = useLanguage();
  const [opened, setOpened] = useUrlValue('dataset');
  const [withNumbers, setWithNumbers] = useState(false);
  const pending = usePending();
  if (own.datasets.length === 0) {
    return (
      <Panel>
        <EmptyState title={t('nothing')}>{t('nothingBody')}</EmptyState>
      </Panel>
    );
  }
  const label = (set: OwnData['datasets'][number]): ReactNode => (
    <span className="own-head">
      <b>{local(set.title)}</b>
      <span className="faint">
        {t('asOf', { unit: unit(set.ownerName), day: dayWords(set.asOf, lang) })}
      </span>
    </span>
  );
  return (
    <Panel
      title={t('held', { n: own.datasets.length })}
      extra={
        <span className="own-switch">
          <span aria-hidden>{t('showNumbers')}</span>
          <Switch
            size="small"
            aria-label={t('showNumbers')}
            checked={withNumbers}
            onChange={setWithNumbers}
          />
        </span>
      }
    >
      <Collapse
        ghost
        className="own-sets"
        activeKey={opened === '' ? [] : [opened]}
        onChange={(keys) => setOpened(keys.at(-1) ?? '')}
        items={own.datasets.map((set) => ({
          key: `${set.dataset}.${set.about}`,
          label: label(set),
          children: (
            <Records
              set={set}
              withNumbers={withNumbers}
              canObject={own.canObject}
              pending={pending}
              onPoint={onPoint}
            />
          ),
        }))}
      />
    </Panel>
  );
}

function Mine({ own }: { own: OwnData }): ReactNode {
  const t = useText(text);
  const [pointed, setPointed] = useState<Pointed>();
  const [sent, setSent] = useState('');
  return (
    <>
      {sent === '' ? null : (
        <p role="status">
          <StateMark state="ok" word={t('sent', { number: sent })} />
        </p>
      )}
      <Objections />
      <Sets
        own={own}
        onPoint={(one) => {
          setSent('');
          setPointed(one);
        }}
      />
      <Saying
        pointed={pointed}
        onClose={() => setPointed(undefined)}
        onSent={(number) => {
          setPointed(undefined);
          setSent(number);
        }}
      />
    </>
  );
}

export default function MyData(): ReactNode {
  const t = useText(text);
  const own = useOwn();
  const looked = (
    <Link to="/looked" className="own-looked">
      <IconEye size={16} aria-hidden /> {t('whoLooked')}
    </Link>
  );
  return (
    <div className="account-page">
      <PageHeader title={t('title')} actions={looked}>
        {t('lead')}
      </PageHeader>
      <div className="account-body">
        <Loaded query={own}>
          {(data) =>
            data.bound ? (
              <Mine own={data} />
            ) : (
              <Panel>
                <EmptyState title={t('notBound')}>{t('notBoundBody')}</EmptyState>
              </Panel>
            )
          }
        </Loaded>
      </div>
    </div>
  );
}
