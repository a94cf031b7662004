/** The roads by which data comes, each behind one interface. */
import type { RoadName } from '../../../model/run.ts';
import { atHand } from './at-hand.ts';
import type { Road } from './road.ts';
import { upload } from './upload.ts';

export type { Fetched, Road, Seen, Settled } from './road.ts';

const roads: Record<RoadName, Road> = {
  upload,
  direct: atHand,
  folder: atHand,
  http: atHand,
  postgres: atHand,
  mysql: atHand,
};

export const roadOf = (name: RoadName): Road => roads[name];
