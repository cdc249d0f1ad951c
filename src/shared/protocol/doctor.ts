/** What could go wrong with a model on this machine: what was looked at, and what was found. */
import { RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';

/** `verified`: it is so; `refuted`: it was looked at and is not so; `unchecked`: it could not be looked at. */
export const FINDING_STATUSES = ['verified', 'refuted', 'unchecked'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** From the mildest on. */
export const SEVERITIES = ['info', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A command of the editor that does something about a finding, as a button. */
export interface FindingAction {
  /** "Open the Setting" */
  title: string;
  command: string;
  arguments: string[];
}

export interface Finding {
  /** Names the check, the same from run to run. */
  id: string;
  /** What is suspected: "Flash attention is off". */
  title: string;
  /** What it means where it is so. */
  meaning: string;
  /** The figures or lines that were seen; why it is unchecked. Each stands by itself. */
  evidence: string[];
  status: FindingStatus;
  /** How bad it is; `info` unless verified. */
  severity: Severity;
  /** What to do; empty where there is nothing to do. */
  advice: string;
  action?: FindingAction;
}

export const REPORT_FORMAT = 'hearth-doctor';
/** Raised with every change that an older reader would misunderstand. */
export const REPORT_VERSION = 1;

export interface DoctorReport {
  format: typeof REPORT_FORMAT;
  version: typeof REPORT_VERSION;
  /** The file or folder that was looked at. */
  model: { name: string; path: string };
  findings: Finding[];
}

/** What only a window knows. */
export interface WindowFacts {
  /** "ssh-remote", "wsl"; undefined in a window of this machine. */
  remoteName?: string;
  /** The window's files are on the remote machine, Hearth runs on the user's own. */
  runsBesideRemote: boolean;
  /** The machine on which Hearth runs. */
  machine: string;
}

/** Looks at a GGUF file or a checkpoint's folder (without one, the active model) and the machine. Loads nothing. */
export const Diagnose = new RequestType<{ model?: string; window?: WindowFacts }, DoctorReport, ErrorInfo>(
  'doctor/diagnose',
);
