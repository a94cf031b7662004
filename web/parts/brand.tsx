/** What every page carries at its top: whose platform it is, and how it is read. */
import { IconLanguage, IconTextSize } from '@tabler/icons-react';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import {
  setElder,
  setLanguage,
  useDistrictName,
  useElder,
  useLanguage,
  useMe,
  useText,
} from '#web/client';
import { text } from './text.ts';

export function Mark(): ReactNode {
  const t = useText(text);
  const me = useMe().data;
  const district = useDistrictName();
  return (
    <>
      <Link to="/story" className="mark" aria-label={`${t('product')} · ${t('story')}`}>
        <img src="/mark.svg" alt="" width="26" height="26" />
        <b>{t('product')}</b>
      </Link>
      <span className="district">{district === '' ? '' : t('platform', { district })}</span>
      {me?.demo ? <span className="chip">{t('demoData')}</span> : null}
    </>
  );
}

/** Language and size of letters: two choices every reader has, signed in or not. */
export function Reading(): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const elder = useElder();
  return (
    <span className="reading">
      <Button
        type="text"
        aria-label={t('language')}
        lang={lang === 'zh' ? 'en' : 'zh-CN'}
        icon={<IconLanguage size={18} stroke={1.6} />}
        onClick={() => setLanguage(lang === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </Button>
      <Button
        type="text"
        aria-label={elder ? t('elderOff') : t('elder')}
        aria-pressed={elder}
        icon={<IconTextSize size={18} stroke={1.6} />}
        onClick={() => setElder(!elder)}
      >
        {elder ? t('elderOff') : t('elder')}
      </Button>
    </span>
  );
}
