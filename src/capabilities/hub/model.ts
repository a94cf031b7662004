/** Nouns of the hub: channels, reports, events, joining and dispatch with their reasons. */
import { z } from 'zod';
import { place } from '#entities/model';

const bilingual = z.strictObject({ zh: z.string(), en: z.string() });
const item = z.string().min(1);
const source = z.string().min(1).describe('Where this rule or figure comes from');

export const intakeWay = z.enum(['form', 'dataset', 'push']).describe('How reports of it arrive');

export const channel = z
  .strictObject({
    title: bilingual,
    icon: z.enum(['headset', 'shield', 'speech', 'waves', 'camera', 'people', 'window', 'phone']),
    ways: z.array(intakeWay).min(1),
    from: z
      .strictObject({
        roles: z
          .array(z.string().regex(/^[a-z][a-z0-9_]*(@[\w-]+)?$/))
          .default([])
          .describe('Roles, `role` held anywhere or `role@unit` held in exactly that unit'),
        clients: z.array(item).default([]).describe('Service accounts'),
      })
      .optional()
      .describe('Who may hand reports in by form or push; absent: nobody'),
    dataset: item.optional().describe('Dataset whose new rows are reports'),
    items: z
      .strictObject({
        ref: item.describe('Their number'),
        text: item.describe('What was said'),
        title: item.optional().describe('Title, when they give one'),
        address: item.describe('Where, in words'),
        reporter: item.optional().describe('Who reported'),
        phone: item.optional().describe('Phone of the reporter'),
        at: item.describe('When it was said to them'),
        class: item.optional().describe('Their class'),
      })
      .optional()
      .describe('Which item of the dataset is what'),
    since_days: z
      .number()
      .int()
      .optional()
      .describe('Rows older than this at delivery are history, not new reports'),
    answer: bilingual.describe('How the reporter is answered, {event} is the number'),
  })
  .describe('One channel of reports');
export type Channel = z.infer<typeof channel>;

export const dispatchOrder = z.strictObject({
  first: z.enum(['owner', 'territory']),
  reason: bilingual,
  source,
});

export const desk = z
  .strictObject({
    title: bilingual,
    case_type: z.string().describe('Case type that an event runs'),
    publishes: z.string().describe('System dataset with one row for each event'),
    channels: z.record(z.string(), channel),
    join: z.strictObject({
      metres: z.number().positive(),
      minutes: z.number().positive(),
      source,
    }),
    register: z
      .strictObject({
        dataset: item,
        id: item,
        name: item,
        class: item,
        state: item,
        owner: item,
        owner_name: item,
        grid: item,
        address: item,
        lon: item,
        lat: item,
        checked_on: item,
        metres: z.number().positive().describe('How near a component must lie'),
        source,
      })
      .describe('The register of components'),
    dispatch: z.strictObject({ component: dispatchOrder, event: dispatchOrder }),
    actions: z
      .strictObject({
        sign: item.describe('Signs for a report'),
        join: item.describe('Ends an event that is the same as another'),
        noted: item.describe('Says so in the main event, by the platform'),
        dispatch: item.describe('First dispatch'),
        rated: item.describe('A rating, by the platform'),
      })
      .describe('Actions of the case type that the hub does'),
    marks: z
      .strictObject({
        signed: z.array(item).describe('It was signed for'),
        dispatched: z.array(item).describe('It was dispatched; entered again, it is not handled'),
        handled: z.array(item).describe('Those who were sent say it is handled'),
        answered: z.array(item).describe('The reporters were answered: it is done (办结)'),
      })
      .describe('Steps of the case type whose entering marks a time of the event'),
    notices: z
      .strictObject({
        signed: item.describe('To the reporter when it is in hand'),
        answered: item.describe('To the reporter when it is done'),
      })
      .describe('Notice templates'),
    answer_item: item.describe('Item of the case with the words the reporters were answered'),
    reporter_role: item.describe('Role of residents, who follow and rate their own reports'),
    similar: z
      .strictObject({
        days: z.number().int().positive().describe('How far back it is looked'),
        metres: z.number().positive().describe('How near they lie'),
        at_most: z.number().int().positive().describe('Most shown'),
        source,
      })
      .describe('Events of the same matter near by, shown beside one'),
    rating: z
      .strictObject({
        changes: z.number().int().min(0).describe('How often a reporter may change his rating'),
        days: z.number().positive().describe('For how long after it was given'),
        source,
      })
      .describe('One rating of each reporter for each event'),
    due_clock: z.string().describe('Clock whose end is the due time of the event'),
    default_matter: z.string().describe('Matter of a report that no keyword fits'),
  })
  .describe('The duty desk: channels, joining, register, order of dispatch');
export type Desk = z.infer<typeof desk>;

export const matter = z.strictObject({
  code: z.string().describe('Code in three levels, 01-01-001'),
  major: z.string().describe('大类'),
  minor: z.string().describe('小类'),
  name: z.string().describe('事项'),
  kind: z.enum(['component', 'event']).describe('Decides the order of dispatch'),
  component_class: z.string().describe('Class in the component register, empty for events'),
  urgency: z.enum(['normal', 'urgent']).describe('一般 / 紧急'),
  keywords: z.string().describe('Words that tell it, separated by |'),
  source: z.string(),
});
export type Matter = z.infer<typeof matter>;

export const reportState = z.enum(['waiting', 'signed', 'joined', 'answered']);

export const report = z
  .strictObject({
    id: z.string().describe('Id of the report'),
    channel: z.string(),
    channelRef: z.string().describe('Number given by the channel; never typed twice'),
    event: z.string().describe('Case id of the event it belongs to now'),
    firstEvent: z.string().describe('Case id it opened itself'),
    state: reportState,
    title: z.string(),
    text: z.string().describe('What was said'),
    address: z.string().describe('Where, as said'),
    reporterName: z.string().nullable().describe('Masked name of the reporter'),
    at: z.string().describe('When it was said to the channel'),
    receivedAt: z.string().describe('When the platform had it'),
    signedAt: z.string().nullable(),
    signSeconds: z.number().nullable().describe('Seconds from receipt to signing'),
    answeredAt: z.string().nullable().describe('Last time the reporter was answered'),
    photos: z.array(z.string()).describe('Attachment ids'),
    rating: z.number().int().min(1).max(5).nullable(),
  })
  .describe('What one person said through one channel');
export type Report = z.infer<typeof report>;

export const followedReport = z
  .strictObject({
    report,
    number: z.string().describe('Number of the event it belongs to now'),
    hostName: z.string().nullable().describe('Unit that handles'),
    dispatchedAt: z.string().nullable(),
    handledAt: z.string().nullable(),
    answer: z.string().nullable().describe('What the reporter was answered'),
    rateable: z.boolean().describe('It was answered and may be rated'),
  })
  .describe('A report as its reporter follows it');
export type FollowedReport = z.infer<typeof followedReport>;

export const reportInput = z
  .strictObject({
    channel: z.string().describe('Channel, as the desk names it'),
    ref: z.string().max(64).optional().describe('Their number; one is made when absent'),
    title: z.string().max(80).optional(),
    text: z.string().min(2).max(2000).describe('What was said'),
    address: z.string().min(2).max(200).describe('Where, in words'),
    reporterName: z.string().max(40).optional(),
    reporterPhone: z.string().max(20).optional(),
    at: z.iso.datetime({ offset: true }).optional().describe('When it was said; now when absent'),
    photos: z.array(z.string()).max(9).optional().describe('Attachment ids'),
  })
  .describe('A report handed in');
export type ReportInput = z.infer<typeof reportInput>;

export const joinReason = z.strictObject({
  metres: z.number().nullable().describe('Distance of the two places'),
  minutes: z.number().describe('Time between the two reports'),
  sameMatter: z.boolean(),
  words: bilingual.describe('The reason as it is shown'),
  source: z.string(),
});

export const joinSuggestion = z.strictObject({
  event: z.string().describe('Case id of the other event'),
  number: z.string(),
  title: z.string(),
  channel: z.string(),
  at: z.string(),
  reason: joinReason,
});
export type JoinSuggestion = z.infer<typeof joinSuggestion>;

export const component = z.strictObject({
  id: z.string(),
  name: z.string(),
  class: z.string(),
  state: z.string(),
  owner: z.string().describe('Unit code of the registered owner'),
  ownerName: z.string(),
  grid: z.string(),
  address: z.string(),
  lon: z.number(),
  lat: z.number(),
  checkedOn: z.string().nullable(),
  metres: z.number().describe('Distance from the place of the event'),
  dataset: z.string(),
  snapshot: z.number().nullable().describe('Snapshot of the register it was read from'),
  version: z.number().nullable(),
});
export type Component = z.infer<typeof component>;

export const dispatchSuggestion = z.strictObject({
  host: z.string().nullable().describe('Unit that handles (主办)'),
  hostName: z.string().nullable(),
  cohost: z.string().nullable().describe('Unit that helps on the spot (协办)'),
  cohostName: z.string().nullable(),
  grid: z.string().nullable(),
  gridName: z.string().nullable(),
  component: component.nullable(),
  reason: bilingual.describe('The rule in words'),
  because: z.array(bilingual).describe('The facts it rests on, one line each'),
  source: z.string(),
});
export type DispatchSuggestion = z.infer<typeof dispatchSuggestion>;

export const eventView = z
  .strictObject({
    id: z.string().describe('Case id'),
    number: z.string(),
    title: z.string(),
    matter: z.strictObject({
      code: z.string(),
      name: z.string(),
      kind: z.enum(['component', 'event']),
      urgency: z.enum(['normal', 'urgent']),
    }),
    place: place.nullable(),
    townName: z.string().nullable(),
    villageName: z.string().nullable(),
    gridName: z.string().nullable(),
    component: component.nullable(),
    host: z.string().nullable(),
    hostName: z.string().nullable(),
    dispatch: dispatchSuggestion.nullable().describe('The dispatch as it was confirmed'),
    reports: z.array(report),
    joinedInto: z.string().nullable().describe('Case id of the main event it was joined into'),
  })
  .describe('One event: what the hub knows beside its case');
export type EventView = z.infer<typeof eventView>;
