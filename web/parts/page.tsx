/**
 * The frame of a desk page: crumbs, title, marks beside it, actions at the right, one paragraph
 * below.
 */
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { Link } from 'react-router';

export interface Crumb {
  label: string;
  to?: string;
}

/** Names the browser's tab: `城市部件登记 · 贯通`. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? '贯通' : `${title} · 贯通`;
  }, [title]);
}

export function PageHeader(props: {
  title: string;
  crumbs?: readonly Crumb[];
  marks?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}): ReactNode {
  useTitle(props.title);
  return (
    <header className="page-header">
      {props.crumbs && props.crumbs.length > 0 ? (
        <nav className="crumbs" aria-label="breadcrumb">
          {props.crumbs.map((crumb) => (
            <span key={crumb.label}>
              {crumb.to ? <Link to={crumb.to}>{crumb.label}</Link> : <span>{crumb.label}</span>}
            </span>
          ))}
        </nav>
      ) : null}
      <div className="page-title">
        <h1>{props.title}</h1>
        {props.marks}
        <span className="grow" />
        <div className="page-actions">{props.actions}</div>
      </div>
      {props.children ? <div className="page-lead">{props.children}</div> : null}
    </header>
  );
}

/** A card with a heading, a note beside it and something at the right. */
export function Panel(props: {
  title?: ReactNode;
  note?: ReactNode;
  extra?: ReactNode;
  className?: string;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={`card panel ${props.className ?? ''}`}>
      {props.title ? (
        <div className="panel-head">
          <h2>{props.title}</h2>
          {props.note ? <span className="faint">{props.note}</span> : null}
          <span className="grow" />
          {props.extra}
        </div>
      ) : null}
      {props.children}
    </section>
  );
}

/** Name and value pairs, names in grey at the left. */
export const Facts = ({ rows }: { rows: readonly (readonly [string, ReactNode])[] }): ReactNode => (
  <dl className="facts">
    {rows.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value ?? '-'}</dd>
      </div>
    ))}
  </dl>
);
