export { deliver, deliverPermission } from './deliver.ts';
