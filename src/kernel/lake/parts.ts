/** What the verbs of the lake share. */
import type { Db } from '#kernel/db';
import type { Disk, Folders } from './disk.ts';
import type { TrustedEngine } from './engine.ts';
import type { Column, Snapshot } from './model.ts';
import { emptySql, type Run, relationSql } from './read.ts';
import { type Dataset, filesOf, type LakeFile, loadSchemas, type Schema } from './store.ts';

export interface Parts {
  folders: Folders;
  disk: Disk;
  engine: TrustedEngine;
}

/** A dataset as it stands at one snapshot. */
export interface State {
  dataset: Dataset;
  snapshot: Snapshot | null;
  files: LakeFile[];
  schemas: ReadonlyMap<number, Schema>;
}

export async function loadState(
  db: Db,
  dataset: Dataset,
  snapshot: Snapshot | null,
): Promise<State> {
  if (snapshot === null) return { dataset, snapshot, files: [], schemas: new Map() };
  const [files, schemas] = [
    await filesOf(db, dataset.dataset, snapshot.version),
    await loadSchemas(db, dataset.dataset),
  ];
  return { dataset, snapshot, files, schemas };
}

/**
 * The state as a subquery with the given columns; with `isPlaced` also `"#file"` and `"#row"` of
 * each row; with `only` no more than the rows at those places.
 */
export const stateSql = (
  parts: Parts,
  state: State,
  columns: Column[],
  isPlaced = false,
  only?: readonly Run[],
): string =>
  state.files.length === 0
    ? emptySql(columns, isPlaced)
    : relationSql({
        root: parts.folders.root,
        files: state.files,
        schemas: state.schemas,
        columns,
        isPlaced,
        ...(only === undefined ? {} : { only }),
      });

export const numberOf = (row: Record<string, unknown> | undefined, name: string): number =>
  Number(row?.[name] ?? 0);
