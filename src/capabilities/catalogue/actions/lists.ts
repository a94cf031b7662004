/** The three lists (三清单) and what is overdue, each held against what really stands. */
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import type {
  Contract,
  Demand,
  DemandLine,
  Duty,
  DutyLine,
  Item,
  Lists,
  Negative,
  NegativeLine,
  OverdueLine,
} from '../model.ts';
import { listOf } from '../store.ts';
import { dueDay, lateness } from './freshness.ts';
import { knownDatasets } from './known.ts';
import { inForceAt, type Standing, standings, unheld } from './standing.ts';

type Unit = { code: string; name: string };

/** What all lists need: the resources the viewer may know of, what stands of each, and names. */
interface Ground {
  ctx: Ctx;
  today: string;
  contracts: Map<string, Contract>;
  standing: Map<string, Standing>;
  unit: (code: string) => Unit;
}

async function groundOf(ctx: Ctx, codes: readonly string[]): Promise<Ground> {
  const all = await knownDatasets(ctx);
  const stand = await standings(ctx, all);
  const wanted = new Set([...codes, ...all.map(({ owner }) => owner)]);
  const units = await Promise.all([...wanted].map((code) => findUnit(ctx, code)));
  const names = new Map(units.flatMap((one) => (one === undefined ? [] : [[one.code, one.name]])));
  return {
    ctx,
    // sv-SE writes YYYY-MM-DD.
    today: ctx.clock.now().toLocaleDateString('sv-SE', { timeZone: ctx.settings.time_zone }),
    contracts: new Map(all.map((one) => [one.name, one])),
    standing: new Map(all.map((one, at) => [one.name, stand[at] ?? unheld])),
    unit: (code) => ({ code, name: names.get(code) ?? code }),
  };
}

const shownResource = ({ contracts }: Ground, name: string): DemandLine['resource'] => {
  const found = contracts.get(name);
  return found === undefined ? null : { name, title: found.title };
};

const done: readonly Demand['state'][] = ['delivered', 'rated', 'unavailable'];

const demandLine = (ground: Ground, row: Demand): DemandLine => ({
  ...row,
  dataset: shownResource(ground, row.dataset) === null ? '' : row.dataset,
  applicantUnit: ground.unit(row.applicant),
  providerUnit: row.provider === '' ? null : ground.unit(row.provider),
  resource: shownResource(ground, row.dataset),
  late: row.deadline !== '' && row.deadline < ground.today && !done.includes(row.state),
});

function dutyState(ground: Ground, row: Duty): DutyLine['state'] {
  const contract = ground.contracts.get(row.dataset);
  const last = inForceAt(ground.standing.get(row.dataset) ?? unheld);
  const over = row.deadline !== '' && row.deadline < ground.today;
  if (contract === undefined) return over ? 'overdue' : 'no_resource';
  if (last === null) return over ? 'overdue' : 'waiting';
  return lateness(contract.cycle, last, ground.ctx) === null ? 'kept' : 'late';
}

const dutyLine = (ground: Ground, row: Duty): DutyLine => ({
  ...row,
  dataset: shownResource(ground, row.dataset) === null ? '' : row.dataset,
  responsible: ground.unit(row.unit),
  resource: shownResource(ground, row.dataset),
  state: dutyState(ground, row),
  asOf: ground.standing.get(row.dataset)?.asOf ?? null,
});

/** What a contract refuses: the whole resource, or single items, each with its clause. */
function refusals(contract: Contract): { item: Item | null; clause: string }[] {
  const whole = contract.share.type === 'none' ? contract.share.clause : null;
  const items = contract.items.flatMap((item) =>
    item.share?.type === 'none' ? [{ item, clause: item.share.clause }] : [],
  );
  return [...(whole === null ? [] : [{ item: null, clause: whole }]), ...items];
}

function negativeLine(
  ground: Ground,
  contract: Contract,
  { item, clause }: { item: Item | null; clause: string },
  approvals: ReadonlyMap<string, Negative>,
): NegativeLine {
  const row = approvals.get(`${contract.name} ${item?.name ?? ''}`);
  const valid = row !== undefined && row.review_on > ground.today;
  return {
    resource: { name: contract.name, title: contract.title },
    item: item === null ? null : { name: item.name, title: item.title },
    owner: ground.unit(contract.owner),
    clause,
    reason: row?.reason ?? null,
    approver: row?.approver ?? null,
    approvedOn: row?.approved_on ?? null,
    reviewOn: row?.review_on ?? null,
    state: row === undefined ? 'unapproved' : valid ? 'approved' : 'expired',
  };
}

function overdueLine(ground: Ground, contract: Contract): OverdueLine[] {
  if (contract.derived) return [];
  const standing = ground.standing.get(contract.name) ?? unheld;
  const line = {
    name: contract.name,
    title: contract.title,
    owner: ground.unit(contract.owner),
    cycle: contract.cycle,
    asOf: standing.asOf,
  };
  const last = inForceAt(standing);
  if (last === null) return [{ ...line, due: null, days: 0 }];
  const late = lateness(contract.cycle, last, ground.ctx);
  if (late === null) return [];
  return [{ ...line, due: dueDay(contract.cycle, last, ground.ctx), days: late.days }];
}

/**
 * Demands, duties, refusals and overdue deliveries, of resources the viewer may know of. A refusal
 * comes from the contract; the negative list says who approved it and until when.
 */
export async function catalogueLists(ctx: Ctx): Promise<Lists> {
  const [demands, duties, approved] = await Promise.all([
    listOf<Demand>(ctx, 'demands'),
    listOf<Duty>(ctx, 'duties'),
    listOf<Negative>(ctx, 'negatives'),
  ]);
  const ground = await groundOf(ctx, [
    ...demands.flatMap(({ body }) => [body.applicant, body.provider].filter(Boolean)),
    ...duties.map(({ body }) => body.unit),
  ]);
  const approvals = new Map(approved.map(({ body }) => [`${body.dataset} ${body.item}`, body]));
  const all = [...ground.contracts.values()];
  return {
    demands: demands.map(({ body }) => demandLine(ground, body)),
    duties: duties.map(({ body }) => dutyLine(ground, body)),
    negatives: all.flatMap((one) =>
      refusals(one).map((refusal) => negativeLine(ground, one, refusal, approvals)),
    ),
    overdue: all.flatMap((one) => overdueLine(ground, one)).toSorted((a, b) => b.days - a.days),
  };
}
