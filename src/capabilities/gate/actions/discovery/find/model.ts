/** What finding in values and in free text speaks of. */
import type { SemanticName } from '#catalogue';

/** Why a finding is believed. */
export type Reason =
  | 'check'
  | 'layout'
  | 'prefix'
  | 'date'
  | 'words_before'
  | 'words_after'
  | 'surname'
  | 'given_name'
  | 'alone'
  | 'elsewhere'
  | 'road_number'
  | 'building'
  | 'divisions'
  | 'crossing';

/** One thing found in a text. */
export interface Finding {
  type: SemanticName;
  /** UTF-16 offsets into the text as it was given; `end` is the first sign behind it. */
  start: number;
  end: number;
  reasons: Reason[];
}

export interface FindOptions {
  /** The day, `YYYY-MM-DD`: nobody is born later. */
  today: string;
}

/** A text made comparable, sign by sign, so that offsets stay. */
export interface Plain {
  text: string;
  /** The same in capitals. */
  upper: string;
}
