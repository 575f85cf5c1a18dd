/** The commands of an operator, each a function of argv that resolves with the exit code. */
export { archiveCommand } from './archive.ts';
export { cancelCommand } from './cancel.ts';
export { pauseCommand, rateCommand, resumeCommand, stepCommand } from './control.ts';
export { compactCommand, convertCommand } from './convert.ts';
export { deleteCommand } from './delete.ts';
export { doctorCommand } from './doctor.ts';
export { exportCommand } from './export.ts';
export { importCommand } from './import.ts';
export { logsCommand } from './logs.ts';
export { metricsCommand } from './metrics.ts';
export { runsCommand } from './runs.ts';
export { statusCommand } from './status.ts';
export { verifyCommand } from './verify.ts';
