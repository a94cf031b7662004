/** Every command of the platform, in the order of the help. */
import type { Command } from 'commander';
import { accountCommands } from './accounts.ts';
import { arrivalCommands } from './arrival.ts';
import { catalogueCommands } from './catalogue.ts';
import { contractCommand } from './contract.ts';
import { dataCommands } from './data.ts';
import { discoverCommand } from './discover.ts';
import { homeCommands } from './home.ts';
import { inspectCommand } from './inspect.ts';
import { packCommands } from './packs.ts';
import { qualityCommands } from './quality.ts';
import { runCommands } from './run.ts';
import { sampleCommand } from './sample.ts';

export function allCommands(program: Command): void {
  runCommands(program);
  sampleCommand(program);
  packCommands(program);
  dataCommands(program);
  arrivalCommands(program);
  catalogueCommands(program);
  qualityCommands(program);
  inspectCommand(program);
  discoverCommand(program);
  contractCommand(program);
  homeCommands(program);
  accountCommands(program);
}
