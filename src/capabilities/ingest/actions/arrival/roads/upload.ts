/** Uploads that have come whole. They stay until a run has landed them or refused them. */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { ingestErrors } from '../../../errors.ts';
import { dialectInput, type GivenFile } from '../../../model.ts';
import { findUpload, removeUploads, uploadsOfRun } from '../../../store/uploads.ts';
import { uploadPath } from '../uploads.ts';
import type { Road } from './road.ts';

const work = z.looseObject({
  uploads: z.array(z.string()),
  dialects: z.record(z.string(), dialectInput).default({}),
});

export const upload: Road = {
  share: 1,
  fetch: async (ctx, run) => {
    const files: GivenFile[] = [];
    const { uploads, dialects } = work.parse(run.work);
    for (const id of uploads) {
      const found = await findUpload(ctx, id);
      if (found === null) throw ingestErrors.make('no_upload', { upload: id });
      files.push({ name: found.name, path: uploadPath(ctx, id), dialect: dialects[id] });
    }
    return { files, dispose: async () => undefined };
  },
  settled: async () => undefined,
  after: async (ctx, { run }) => {
    if (run.state !== 'done' && run.state !== 'refused') return;
    const ids = (await uploadsOfRun(ctx, run.id)).map(({ id }) => id);
    await removeUploads(ctx, ids);
    await Promise.all(ids.map((id) => rm(uploadPath(ctx, id), { force: true })));
  },
};
