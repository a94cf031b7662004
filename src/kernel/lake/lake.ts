import type { Settings } from '#kernel/config';
import type { Log } from '#kernel/log';
import type { Lake } from './model.ts';

export interface LakeOptions {
  /** Folder of the lake; made when it is absent. */
  home: string;
  log: Log;
  settings: Settings;
}

/** Opens the lake under `home`. Close it with `lake.close()`. */
export declare function createLake(options: LakeOptions): Promise<Lake>;
