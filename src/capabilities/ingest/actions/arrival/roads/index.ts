/** The roads by which data comes, each behind one interface. */
import type { RoadName } from '../../../model/run.ts';
import { atHand } from './at-hand.ts';
import { databaseRoad } from './database.ts';
import { folder } from './folder.ts';
import { http } from './http.ts';
import { mysql } from './mysql.ts';
import { postgres } from './postgres.ts';
import type { Road } from './road.ts';
import { upload } from './upload.ts';

export type { Fetched, Road, Seen, Settled } from './road.ts';

const roads: Record<RoadName, Road> = {
  upload,
  direct: atHand,
  folder,
  http,
  postgres: databaseRoad(postgres),
  mysql: databaseRoad(mysql),
};

export const roadOf = (name: RoadName): Road => roads[name];
