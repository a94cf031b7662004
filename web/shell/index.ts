/** The shell: what stands around the pages. */
export { NotFound, PageError } from './Faults.tsx';
export { BareFrame, DeskFrame, PhoneFrame, WallFrame } from './Frames.tsx';
