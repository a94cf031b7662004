/** Elements of the standards with what stands there, and what does not. */
import type { ReactNode } from 'react';
import { shortTime, useListed, useLocal, useText } from '#web/client';
import { Panel, StateMark } from '#web/parts';
import type { Resource } from './data.ts';
import { text } from './text.ts';

const average = (numbers: readonly number[]): string =>
  numbers.length === 0
    ? '-'
    : (numbers.reduce((sum, one) => sum + one, 0) / numbers.length).toFixed(1);

export function Elements({ resource: { elements } }: { resource: Resource }): ReactNode {
  const t = useText(text);
  const listed = useListed();
  const local = useLocal();
  const { resource, missing, items } = elements;
  const whole = missing.length === 0;
  return (
    <Panel
      title={t('elements')}
      className="cat-wide"
      extra={
        <StateMark
          state={whole ? 'ok' : 'warn'}
          word={
            whole
              ? t('elementsAll')
              : t('elementsMissing', { n: missing.length, what: listed(missing.map(local)) })
          }
        />
      }
    >
      <dl className="cat-elements">
        {resource.map((one) => (
          <div key={one.title.zh}>
            <dt>
              {one.number === '' ? null : <span className="num">{one.number}</span>}
              {local(one.title)}
            </dt>
            <dd className={one.value === null ? 'faint' : ''}>
              {one.value === null ? t('absent') : <Value value={one.value} />}
            </dd>
          </div>
        ))}
      </dl>
      <p className="cat-pad faint">
        {t('itemElements', {
          basic: average(items.map(({ basic }) => basic)),
          extended: average(items.map(({ extended }) => extended)),
        })}
      </p>
    </Panel>
  );
}

/** A name or code that is the same in both languages is told as what it is: no Chinese. */
function Value({ value }: { value: { zh: string; en: string } }): ReactNode {
  const local = useLocal();
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value.zh)) return shortTime(value.zh);
  const isCode = value.zh === value.en && /^[\x20-\x7e]*$/.test(value.en);
  return isCode ? <span lang="en">{value.en}</span> : local(value);
}
