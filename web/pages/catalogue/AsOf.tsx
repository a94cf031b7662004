/** As of when the rows are looked at: now, a version, or a moment. It stands in the address. */
import { Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { hourMinute, instantOf, isoDay, shortTime, useText, useUrlValue } from '#web/client';
import { useVersions } from './data.ts';
import { text } from './text.ts';

/** What `asOf` of the address says; empty: now. */
export const useAsOf = () => useUrlValue('asOf');

const isMoment = (asOf: string): boolean => asOf !== '' && !asOf.startsWith('v');

export function AsOf({ name }: { name: string }): ReactNode {
  const t = useText(text);
  const [asOf, setAsOf] = useAsOf();
  const [choosing, setChoosing] = useState(isMoment(asOf));
  const versions = useVersions(name).data?.versions ?? [];
  const options = [
    { value: '', label: t('asOfNow') },
    ...versions.map(({ version, at }) => ({
      value: `v${version}`,
      label: `${t('versionOf', { n: version })} · ${shortTime(at)}`,
    })),
    { value: 'moment', label: t('asOfMoment') },
  ];
  const choose = (value: string): void => {
    setChoosing(value === 'moment');
    setAsOf(value === 'moment' ? '' : value);
  };
  return (
    <span className="cat-asof">
      <Select
        size="small"
        aria-label={t('asOf')}
        value={choosing ? 'moment' : asOf}
        options={options}
        popupMatchSelectWidth={false}
        onChange={choose}
      />
      {choosing ? (
        <Input
          type="datetime-local"
          size="small"
          aria-label={t('asOfMoment')}
          defaultValue={isMoment(asOf) ? `${isoDay(asOf)}T${hourMinute(asOf)}` : ''}
          onChange={({ target }) => setAsOf(instantOf(target.value) ?? '')}
        />
      ) : null}
    </span>
  );
}
