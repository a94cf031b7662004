/**
 * 可访问性: whether a dataset answers the way people and programs ask for it, through policies, masks
 * and fence, and how often it was asked in fact.
 */
import { type Contract, ident } from '#catalogue';
import { datasetReads, read } from '#gate';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import type { Snapshot } from '#kernel/lake';
import type { Measure } from '../model.ts';
import { inOwnName } from './ask.ts';

/** Rows the gate answers with; null where the policy leaves the platform itself nothing to see. */
async function rowsAnswered(ctx: Ctx, { name }: Contract): Promise<number | null> {
  try {
    const { rows } = await read(inOwnName(ctx), `select count(*) as n from ${ident(name)}`, {
      purpose: 'quality',
      action: 'quality.probe',
    });
    return Number(rows[0]?.[0] ?? 0);
  } catch (error) {
    if (error instanceof GuantongError && error.code === 'gate.not_granted') return null;
    throw error;
  }
}

async function timesRead(ctx: Ctx, { name }: Contract): Promise<number> {
  const { uses } = await datasetReads(ctx);
  return uses.reduce((sum, { dataset, reads }) => (dataset === name ? sum + reads : sum), 0);
}

/**
 * What a governed read of the whole dataset answered beside what its snapshot promises, and how
 * often it was read.
 * @param opened rows the engine finds in its files, for a dataset the platform itself may not read
 */
export async function availability(
  ctx: Ctx,
  contract: Contract,
  snapshot: Snapshot,
  opened: () => Promise<number>,
): Promise<Measure> {
  const answered = await rowsAnswered(ctx, contract);
  const times = await timesRead(ctx, contract);
  const how =
    answered === null
      ? { zh: '按快照文件', en: 'as its files are' }
      : { zh: '经安全网关', en: 'through the gate' };
  return {
    value: answered ?? (await opened()),
    low: snapshot.rows,
    high: snapshot.rows,
    basis: {
      zh: `${how.zh}应读到 ${snapshot.rows} 行；已被接口、下载、查询读取 ${times} 次`,
      en: `${snapshot.rows} rows are promised ${how.en}; read ${times} times by API, download, query`,
    },
  };
}
