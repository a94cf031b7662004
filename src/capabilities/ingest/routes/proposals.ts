/** Routes of the page that catalogues a file: propose, check, save. */
import { z } from 'zod';
import { type Route, receiveFiles, route } from '#kernel/http';
import {
  checkProposal,
  deliverPermission,
  proposeUpload,
  readUpload,
  saveProposal,
} from '../actions/index.ts';
import { ingestErrors } from '../errors.ts';
import { fileProposal, proposal, proposalCheck, proposalInput, savedProposal } from '../model.ts';
import { dialectIn } from './fields.ts';

const fields = z.strictObject({
  owner: z.string().max(100).optional(),
  dialect: z.string().max(20_000).optional(),
});

export const proposalRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/proposals',
    summary: { zh: '由文件推断数据资源', en: 'Propose a dataset from a file' },
    access: deliverPermission,
    multipart: true,
    response: fileProposal,
    handler: async (ctx, { request }) => {
      const received = await receiveFiles(ctx, request);
      try {
        const [file, ...others] = received.files;
        const asked = fields.safeParse(received.fields);
        if (file === undefined || others.length > 0) throw ingestErrors.make('one_file');
        const { owner, dialect } = asked.success ? asked.data : {};
        const said = dialectIn('dialect', dialect);
        return await proposeUpload(ctx, {
          ...{ name: file.name, path: file.path, dialect: said },
          ...(owner === undefined ? {} : { owner }),
        });
      } finally {
        await received.dispose();
      }
    },
  }),
  route({
    method: 'POST',
    path: '/uploads/:upload/proposal',
    summary: { zh: '由已传好的文件推断数据资源', en: 'Propose a dataset from an upload' },
    access: deliverPermission,
    params: z.strictObject({ upload: z.string().max(64).describe('Id of the upload') }),
    body: proposalInput,
    response: fileProposal,
    handler: (ctx, { params, body }) =>
      readUpload(ctx, params.upload, (file) => proposeUpload(ctx, { ...file, ...body })),
  }),
  route({
    method: 'POST',
    path: '/proposals/check',
    summary: { zh: '检查推断的数据资源', en: 'Check a proposed dataset' },
    access: deliverPermission,
    body: proposal,
    response: proposalCheck,
    handler: (ctx, { body }) => checkProposal(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/proposals/save',
    summary: { zh: '编入目录', en: 'Put a proposed dataset into the catalogue' },
    access: deliverPermission,
    body: proposal,
    response: savedProposal,
    handler: (ctx, { body }) => saveProposal(ctx, body),
  }),
];
