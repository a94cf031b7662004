/** The right side of the desk: where it is, what happened there before, what stands there. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Component, EventView } from '#hub/model';
import { isoDay, useLocal, useText, useUnitWords } from '#web/client';
import { type Area, Facts, GridMap, StateMark } from '#web/parts';
import { useGridOutline, useSimilar } from './data.ts';
import { text } from './text.ts';

const metresPerDegree = 111_320;

/** How far to show, so that the grid's outline is in the picture: from 120 m to 600 m. */
function reachOf(grid: Area | undefined, lon: number, lat: number): number {
  const ring = grid?.geometry.type === 'Polygon' ? (grid.geometry.coordinates[0] ?? []) : [];
  const shrink = Math.cos((lat * Math.PI) / 180);
  const far = ring.map(([x = lon, y = lat]) =>
    Math.max(Math.abs(x - lon) * shrink, Math.abs(y - lat)),
  );
  return Math.min(600, Math.max(120, Math.max(0, ...far) * metresPerDegree * 1.1));
}

function Place({ event, components }: { event: EventView; components: Component[] }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const grid = useGridOutline(event.place?.grid).data;
  const { place } = event;
  if (!place?.lon || !place.lat) return <p className="muted">{t('noPlace')}</p>;
  return (
    <>
      <GridMap
        {...(grid ? { grid } : {})}
        reach={reachOf(grid, place.lon, place.lat)}
        centre={{ lon: place.lon, lat: place.lat }}
        points={components.map((one) => ({
          id: one.id,
          lon: one.lon,
          lat: one.lat,
          kind: 'thing' as const,
          label: `${one.name} ${unit(one.ownerName)}`,
        }))}
        label={`${unit(event.gridName)} ${place.address}`}
      />
      <p className="hub-reason">{local(place.reason)}</p>
    </>
  );
}

const states = { true: 'ok', false: 'bad', null: 'run' } as const;
const words = { true: 'inTime', false: 'late', null: 'underWay' } as const;

function Similar({ event }: { event: EventView }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const found = useSimilar(event.id).data ?? [];
  return (
    <section>
      <h3 className="hub-title">
        {t('similar')} <small>{t('similarNote')}</small>
      </h3>
      {found.length === 0 ? <p className="muted">{t('noSimilar')}</p> : null}
      <ul className="hub-similar">
        {found.slice(0, 5).map((one) => {
          const key = String(one.inTime) as keyof typeof states;
          return (
            <li key={one.id}>
              <Link to={`/hub/${one.id}`} className="ellipsis">
                {one.title}
              </Link>
              <StateMark state={states[key]} word={t(words[key])} />
              <small>
                {isoDay(one.openedAt)} {unit(one.hostName)} · {t('metres', { n: one.metres })}
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ComponentFacts(props: { component: Component; dispatched: boolean }): ReactNode {
  const { component, dispatched } = props;
  const unit = useUnitWords();
  const t = useText(text);
  return (
    <section>
      <h3 className="hub-title">{t('component')}</h3>
      <Facts
        rows={[
          [t('name'), component.name],
          [t('id'), component.id],
          [t('state'), component.state],
          [t(dispatched ? 'ownerAtDispatch' : 'registeredOwner'), unit(component.ownerName)],
          [t('distance'), t('metres', { n: component.metres })],
          [t('checkedOn'), component.checkedOn],
        ]}
      />
    </section>
  );
}

export function Side(props: { event: EventView; components: Component[] }): ReactNode {
  const t = useText(text);
  const { event } = props;
  const component = event.component ?? props.components[0];
  const score = event.place?.score.toFixed(2);
  return (
    <aside className="hub-side" aria-label={t('place')}>
      <section>
        <h3 className="hub-title">
          {t('place')}
          <span className="grow" />
          {score ? <small>{t('score', { n: score })}</small> : null}
        </h3>
        <Place event={event} components={event.component ? [event.component] : props.components} />
      </section>
      <Similar event={event} />
      {component ? (
        <ComponentFacts component={component} dispatched={event.dispatch !== null} />
      ) : null}
    </aside>
  );
}
