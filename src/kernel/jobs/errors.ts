import { errorTable } from '#kernel/errors';

export const jobErrors = errorTable('jobs', {
  no_handler: {
    status: 500,
    zh: '没有能力处理名为 {name} 的任务',
    en: 'No capability handles the job {name}',
  },
});
