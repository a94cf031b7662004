/**
 * A morning at the duty desk: the seats sign for what the channels brought and dispatch most of it.
 */
import { type People, Refused } from './drive.ts';

/** Data officer who delivers a file of the sample; what nobody here answers for, the operator. */
export const deliveredBy: Readonly<Record<string, string>> = {
  addresses: 'mao',
  components: 'sun',
  city_event_history: 'cao',
  work_orders_12345: 'hu',
  handovers_110: 'jin',
  group_ledger: 'tang',
  residents: 'jin',
  households: 'jin',
  residence_permits: 'jin',
  vehicles: 'jin',
  deaths: 'bai',
  births: 'bai',
  medical_institutions: 'bai',
  low_income_aid: 'yan',
  elder_allowance: 'yan',
  marriages: 'yan',
  firms: 'shi',
  food_licences: 'shi',
  properties: 'mao',
  penalties: 'sun',
};

const seats = ['zhou', 'qian', 'gao'];

/** Every fourth event waits for its dispatch, so that a visitor finds work on the desk. */
const leftEvery = 4;

interface Waiting {
  items: { id: string }[];
}

/**
 * Some places need a person's eye before they are dispatched, and on a slow machine the ladder has
 * called somebody else meanwhile: such an event stays where it is.
 */
const stays: ReadonlySet<string> = new Set(['hub.place_needed', 'cases.not_your_task']);

async function acted(people: People, seat: string, verb: string, id: string): Promise<boolean> {
  try {
    await people.post(seat, `/api/hub/events/${id}/${verb}`, {});
    return true;
  } catch (thrown) {
    if (thrown instanceof Refused && stays.has(thrown.code)) return false;
    throw thrown;
  }
}

/** @returns how many events were signed for */
export async function workTheDesk(people: People): Promise<number> {
  const url = '/api/cases/?type=city-event&step=sign&limit=200';
  const { items } = await people.get<Waiting>('zhou', url);
  let signed = 0;
  for (const [at, { id }] of items.entries()) {
    const seat = seats[at % seats.length] ?? 'zhou';
    if (!(await acted(people, seat, 'sign', id))) continue;
    signed += 1;
    if (at % leftEvery !== 0) await acted(people, seat, 'dispatch', id);
  }
  return signed;
}
