/** 我的账号与安全: sessions, second factor, password. */
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { useMe, useText } from '#web/client';
import { PageHeader } from '#web/parts';
import './account.css';
import { ContactPanel } from './Contact.tsx';
import { FactorPanel } from './Factor.tsx';
import { IdentityPanel } from './Identity.tsx';
import { PasswordPanel } from './Password.tsx';
import { SessionsPanel } from './Sessions.tsx';
import { text } from './text.ts';

export default function Account(): ReactNode {
  const t = useText(text);
  const mustEnrol = useMe().data?.mustEnrol === true;
  return (
    <div className="account-page">
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="account-body">
        {mustEnrol ? <Alert type="warning" showIcon title={t('mustEnrol')} /> : null}
        <FactorPanel />
        {mustEnrol ? null : <SessionsPanel />}
        {mustEnrol ? null : <IdentityPanel />}
        {mustEnrol ? null : <ContactPanel />}
        {mustEnrol ? null : <PasswordPanel />}
      </div>
    </div>
  );
}
