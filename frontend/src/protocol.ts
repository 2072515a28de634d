// Written by `python -m neurona.laboratory.typescript`; do not edit.

export const PROTOCOL = "neurona.lab/1";

export const FRAME_VERSION = 1;
export const HEADER_BYTES = 32;
export const SECTION_BYTES = 24;
export const VIEWS = { curve: 1, weights: 2, field: 3, units: 4, layers: 5, points: 6 } as const;
export const INPUTS = 127;
export const FLAGS = { past: 1, paused: 2, ended: 4, coarser: 8 } as const;
export const CURVE_FIELDS = ["epoch", "loss", "val_loss", "score", "rate", "gradient_norm", "seconds"] as const;
export const LAYER_FIELDS = ["gradient_norm", "update_ratio", "saturated", "dead", "weight_norm"] as const;
export const LARGEST_TEXT = 64000;
export const PIECE = 256000;

/** How a view is wanted. `grid`: points a side. `axes`: the inputs that span a field. `pins`: where the other inputs stand, by name, in the table's units, or as a text. `output`: which output or class a field shows. `rate`: frames a second at most. `layer`: whose units (None: all layers). `shown`: how many units of each layer are looked at, the inputs first (none said: all). */
export interface ViewWish {
  grid?: number;
  axes?: number[];
  pins?: Record<string, number | string>;
  output?: number;
  rate?: number;
  layer?: number;
  shown?: number[];
}

/** A method in a race. */
export interface Racer {
  name: string;
  rate?: number;
  options?: Record<string, number | boolean | string>;
}

/** Train on another set: generated from a seed, or bundled. */
export interface TableUse {
  do: "table.use";
  set: string;
  rows?: number;
  noise?: number;
  seed?: number;
}

/** Which share of the rows is put aside to validate on. */
export interface TableSplit {
  do: "table.split";
  share: number;
  seed?: number;
}

/** Whether inputs of numbers are shifted by their middle and divided by their spread. */
export interface TableScale {
  do: "table.scale";
  on: boolean;
}

/** Add points, each its inputs and its class or value, or take away those within `erase`. The rows go to the training part; a circle to erase is (x, y, radius) in the inputs' units. */
export interface TablePaint {
  do: "table.paint";
  points?: number[][];
  erase?: number[];
}

/** Whether a column is an input, the target, also a target, or left out. */
export interface TableRole {
  do: "table.role";
  column: string;
  role: "input" | "target" | "also" | "out";
}

/** Build another network: what is left out stays; the weights are drawn anew. */
export interface NetworkSet {
  do: "network.set";
  hidden?: number[];
  activation?: string[];
  loss?: string;
  initializer?: string;
  seed?: number;
}

/** Add a unit to a hidden layer, or with `new` a layer after it; the answers stay. */
export interface NetworkGrow {
  do: "network.grow";
  layer: number;
  new?: boolean;
}

/** Take a unit out of a hidden layer. */
export interface NetworkShrink {
  do: "network.shrink";
  layer: number;
  unit: number;
}

/** Set one weight by hand: of layer `layer`, to unit `to`, from unit `source` or the bias. While a hand still `holds` it more follow, and all of them are taken back as one. */
export interface WeightSet {
  do: "weight.set";
  layer: number;
  to: number;
  value: number;
  source?: number | "bias";
  holds?: boolean;
}

/** Draw all weights anew, and begin at epoch 0. */
export interface WeightsDraw {
  do: "weights.draw";
  seed: number;
}

/** Change how the loss is lowered, while it runs; what is left out stays. */
export interface MethodSet {
  do: "method.set";
  solver?: string;
  rate?: number;
  schedule?: string;
  batch?: number;
  l2?: number;
  l1?: number;
  dropout?: number;
  clip_norm?: number;
  epochs?: number;
  patience?: number;
  options?: Record<string, number | boolean | string>;
}

/** Take the last edit back: a branch from the moment before it. */
export interface EditUndo {
  do: "edit.undo";
}

/** Save the present as a run in `runs/`, as `neurona train` would; answers its folder. */
export interface RunSave {
  do: "run.save";
  name: string;
}

/** Answers the names of the runs in `runs/`, the newest first. */
export interface RunList {
  do: "run.list";
}

/** Begin with the rows, the network and the weights of a run in `runs/`. */
export interface RunOpen {
  do: "run.open";
  run: string;
}

/** Answers the curves of branches and runs, the settings that differ, and what they came to. */
export interface Compare {
  do: "compare";
  branches?: number[];
  runs?: string[];
}

/** Answers the curve of a branch's rows, network and method from epoch 0 with another seed. */
export interface CompareSeed {
  do: "compare.seed";
  branch: number;
  seed: number;
  epochs: number;
}

/** Let the line w x + b = 0 of a unit of the first layer go through two points, in the table's units; how long its weights are together, and its side, stay. `holds` is as of `weight.set`. */
export interface NeuronLine {
  do: "neuron.line";
  unit: number;
  points: number[][];
  holds?: boolean;
}

/** Answers a unit's inside with numbers, for one row: inputs, weights, sum, value, slope. */
export interface NeuronZoom {
  do: "neuron.zoom";
  layer: number;
  unit: number;
  row?: number;
}

/** Answers the next step on some rows in the open, as `neurona trace` writes it. */
export interface TraceStep {
  do: "trace.step";
  rows?: number[];
}

/** A number that the person worked out for a trace: right, or what is likely wrong with it. */
export interface TraceAnswer {
  do: "trace.answer";
  layer: number;
  unit: number;
  quantity: "delta" | "weight";
  value: number;
  source?: number | "bias";
  row?: number;
}

/** Answers a closed-form surface on a grid: heights, minima, the window, the largest rate. */
export interface SurfaceField {
  do: "surface.field";
  surface: string;
  options?: Record<string, number | boolean | string>;
  grid?: number;
}

/** Answers the paths of methods on a closed-form surface, all from one start. */
export interface SurfaceRace {
  do: "surface.race";
  surface: string;
  methods: Racer[];
  options?: Record<string, number | boolean | string>;
  start?: number[];
  steps?: number;
}

/** Answers the error of one's own network over two weights, two random directions, or the plane that holds most of the path; with that path, and the share of it that the plane holds. */
export interface SurfaceSlice {
  do: "surface.slice";
  kind?: "weights" | "directions" | "path";
  places?: number[];
  grid?: number;
}

/** Answers the curves of methods on one's own network: same weights, same batches. */
export interface RaceNet {
  do: "race.net";
  methods: Racer[];
  steps?: number;
}

/** Answers a text or a file: the way to have this training outside of the Lab. */
export interface Export {
  do: "export";
  what: "command" | "script" | "settings" | "link" | "edits" | "picture" | "model" | "workbook" | "c" | "python" | "javascript" | "matlab" | "st" | "onnx" | "fmu" | "report";
}

/** Open a lesson: its state is set up, its text and checks are sent. */
export interface LessonOpen {
  do: "lesson.open";
  lesson: string;
}

/** Which checks of the open lesson are met; `answers` is what the person wrote, by place. */
export interface LessonCheck {
  do: "lesson.check";
  answers?: Record<string, string>;
}

/** The first message: a ticket, or the key that an earlier one was exchanged for. */
export interface Hello {
  do: "hello";
  protocol: string;
  ticket?: string;
  key?: string;
  theme?: "light" | "dark";
  reduced?: boolean;
}

/** The views that frames are to hold from now on; all others cost nothing. */
export interface Look {
  do: "look";
  views: Partial<Record<"curve" | "weights" | "field" | "units" | "layers" | "points", ViewWish>>;
}

/** A frame was drawn: the next may be painted. It has no answer. */
export interface Ack {
  do: "ack";
  sequence: number;
  drawn_ms?: number;
}

/** Answers the state as a document: set, network, method, seed, cursor. */
export interface StateGet {
  do: "state.get";
}

/** Begin anew from a state document. */
export interface StatePut {
  do: "state.put";
  state: Record<string, Record<string, unknown>>;
}

/** Be where a link leads: what stands behind the # of its address. */
export interface LinkOpen {
  do: "link.open";
  link: string;
}

/** The page is being closed: the engine and the server end. */
export interface Bye {
  do: "bye";
}

/** Train on; `speed` is epochs a second, 0 as fast as it goes. */
export interface TrainRun {
  do: "train.run";
  speed?: number;
}

/** Pause. */
export interface TrainPause {
  do: "train.pause";
}

/** Do some batches or epochs, then pause. */
export interface TrainStep {
  do: "train.step";
  unit?: "batch" | "epoch";
  count?: number;
}

/** Pause, and take the best weights seen, or keep the last. */
export interface TrainStop {
  do: "train.stop";
  keep?: "best" | "last";
}

/** Begin again at epoch 0 with the first weights, or with those of another seed. */
export interface TrainReset {
  do: "train.reset";
  seed?: number;
}

/** Show a moment of the past; training goes on behind it. */
export interface TimeSeek {
  do: "time.seek";
  branch: number;
  epoch: number;
}

/** Show the present again. */
export interface TimeLive {
  do: "time.live";
}

/** Go back to a moment and on from there, as a branch of its own. */
export interface TimeFork {
  do: "time.fork";
  branch: number;
  epoch: number;
}

/** Name a branch. */
export interface BranchName {
  do: "branch.name";
  branch: number;
  text: string;
}

/** Forget a branch that is not the present one's ancestor. */
export interface BranchDrop {
  do: "branch.drop";
  branch: number;
}

/** A file comes: its pieces follow as binary messages of at most PIECE bytes. */
export interface UploadBegin {
  do: "upload.begin";
  name: string;
  bytes: number;
}

/** All pieces were sent: answers the file's name and hash, by which `table.file` uses it. */
export interface UploadEnd {
  do: "upload.end";
}

/** Train on a file that was handed over; without `targets` the last column is predicted. */
export interface TableFile {
  do: "table.file";
  name: string;
  sha256: string;
  targets?: string[];
  task?: "auto" | "regression" | "classification";
}

/** Whether the target of a file is a quantity or a class; "auto" is what it looks like. */
export interface TableTask {
  do: "table.task";
  task: "auto" | "regression" | "classification";
}

/** Go on without some rows, by their numbers in `table.row_numbers`; `back` takes them in. */
export interface RowExclude {
  do: "row.exclude";
  rows: number[];
  back?: boolean;
}

export type Command =
  | TableUse
  | TableSplit
  | TableScale
  | TablePaint
  | TableRole
  | NetworkSet
  | NetworkGrow
  | NetworkShrink
  | WeightSet
  | WeightsDraw
  | MethodSet
  | EditUndo
  | RunSave
  | RunList
  | RunOpen
  | Compare
  | CompareSeed
  | NeuronLine
  | NeuronZoom
  | TraceStep
  | TraceAnswer
  | SurfaceField
  | SurfaceRace
  | SurfaceSlice
  | RaceNet
  | Export
  | LessonOpen
  | LessonCheck
  | Hello
  | Look
  | Ack
  | StateGet
  | StatePut
  | LinkOpen
  | Bye
  | TrainRun
  | TrainPause
  | TrainStep
  | TrainStop
  | TrainReset
  | TimeSeek
  | TimeLive
  | TimeFork
  | BranchName
  | BranchDrop
  | UploadBegin
  | UploadEnd
  | TableFile
  | TableTask
  | RowExclude;

/** An option of a registered name, with its default. */
export interface Option {
  name: string;
  default: number | string | boolean | null;
}

/** A name that may be chosen. `group` is "step" or "full" of solvers, "generated" or "fixed" of sets, the output that a loss is linked to. */
export interface Named {
  name: string;
  about: string;
  group: string;
  options: Option[];
}

/** A lesson in the list of lessons. */
export interface LessonLine {
  id: string;
  title: string;
  row: string;
}

/** An input as the page shows it: its range in the table's units, and its middle. `numeric` is whether it can span a picture; `levels` are the values of one that is texts, in the order of their numbers in `points`, none if they are too many; `used` is whether the network sees it. */
export interface Column {
  name: string;
  low: number;
  high: number;
  middle: number;
  numeric: boolean;
  levels: string[];
  used: boolean;
}

/** A column of the table: its role ("input", "target" or "out"), what it is and why, how many cells are missing, and how many values there are. `used` is whether the network sees it. */
export interface ColumnShown {
  name: string;
  role: string;
  kind: string;
  why: string;
  missing: number;
  distinct: number;
  used: boolean;
}

/** A line of time: it left `parent` at epoch `start`, and has come to `end`. */
export interface BranchShown {
  branch: number;
  parent: number | null;
  start: number;
  end: number;
  name: string;
  first_edit: number;
}

/** What a lesson asks for, and whether it is so. */
export interface CheckShown {
  text: string;
  met: boolean;
}

/** What may be done about a finding: words for a button, and the commands it sends, in order. */
export interface RemedyShown {
  text: string;
  commands: (Record<string, unknown>)[];
}

/** The server's answer to a ticket or a key: `key` opens the next connection. */
export interface Welcome {
  event: "hello";
  neurona: string;
  protocol: string;
  key: string;
  largest_text: number;
  piece: number;
}

/** The engine is being compiled, once on a machine. */
export interface Compiling {
  event: "compiling";
  done: number;
  of: number;
  what: string;
}

/** The engine is there: what may be chosen, and how long its start took. */
export interface Ready {
  event: "ready";
  seconds: number;
  sets: Named[];
  activations: Named[];
  losses: Named[];
  solvers: Named[];
  schedules: Named[];
  initializers: Named[];
  surfaces: Named[];
  lessons: LessonLine[];
}

/** What is trained on. `points` are up to 2,000 rows: the inputs, then the target (the class's number, or the first target's value); `validation` says of each whether it is held out. `baseline` is the score of the trivial answer on the rows that are scored. `columns` are all of the file's or set's, `file` whether it is one's own, `task_said` what was said of its task, `scaled` whether numbers are shifted and divided; `excluded` says of each shown row whether it is left out. */
export interface TableShown {
  event: "table";
  name: string;
  task: string;
  inputs: Column[];
  targets: string[];
  classes: string[];
  rows: number;
  train_rows: number;
  validation_rows: number;
  points: number[][];
  validation: boolean[];
  row_numbers: number[];
  low: number;
  high: number;
  score_name: string;
  baseline: number | null;
  notes: string[];
  file: boolean;
  task_said: string;
  scaled: boolean;
  columns: ColumnShown[];
  excluded: boolean[];
}

/** Of several targets all values of the shown rows, and the range of each; none of one. */
export interface TargetsShown {
  event: "targets";
  values: number[][];
  low: number[];
  high: number[];
}

/** The network: sizes with inputs and outputs, the names of the inputs, the activation of every layer but the inputs, and where each layer's matrix (inputs x outputs, by rows) and biases begin in `weights`. */
export interface NetworkShown {
  event: "network";
  sizes: number[];
  inputs: string[];
  activations: string[];
  loss: string;
  initializer: string;
  seed: number;
  parameters: number;
  matrices: number[];
  biases: number[];
  dtype: string;
}

/** How the loss is lowered now; `steps_per_epoch` is 1 for full-batch solvers. */
export interface MethodShown {
  event: "method";
  solver: string;
  group: string;
  rate: number;
  schedule: string;
  batch: number;
  l2: number;
  l1: number;
  dropout: number;
  clip_norm: number;
  options: Record<string, unknown>;
  steps_per_epoch: number;
  epochs: number;
  patience: number | null;
}

/** Whether it runs. `state` is "paused", "running" or "ended" (of a training that cannot go on: `why` says it in a sentence, and a change, a fork or a reset begin again). `past` is the moment shown, branch and epoch, None for the present. */
export interface Status {
  event: "status";
  state: string;
  why: string | null;
  branch: number;
  epoch: number;
  step: number;
  speed: number;
  epochs_per_second: number;
  past: number[] | null;
  past_from: number;
}

/** All lines of time there are, and how many changes led here. */
export interface Branches {
  event: "branches";
  present: number;
  branches: BranchShown[];
  edits: number;
}

/** A change was made: its number, where, and the command as it was sent. */
export interface EditShown {
  event: "edit";
  n: number;
  branch: number;
  epoch: number;
  step: number;
  command: Record<string, unknown>;
  text: string;
}

/** A lesson was opened, or its checks have changed. `race` has the fields of `surface.race` that a lesson on surfaces begins with; `questions` are answered by `lesson.check`. */
export interface LessonShown {
  event: "lesson";
  id: string;
  title: string;
  row: string;
  text: string[];
  task: string;
  hints: string[];
  questions: string[];
  checks: CheckShown[];
  screen: string;
  race: Record<string, unknown> | null;
}

/** Something is wrong with the training, as far as its losses tell, and what to do about it. */
export interface FindingShown {
  event: "finding";
  name: string;
  text: string;
  branch: number;
  epoch: number;
  remedies: RemedyShown[];
}

/** A sentence for the live region. */
export interface Said {
  event: "said";
  text: string;
}

/** The engine is no more, why, and the last lines it wrote. */
export interface Gone {
  event: "gone";
  why: string;
  lines: string[];
}

export type LabEvent =
  | Welcome
  | Compiling
  | Ready
  | TableShown
  | TargetsShown
  | NetworkShown
  | MethodShown
  | Status
  | Branches
  | EditShown
  | LessonShown
  | FindingShown
  | Said
  | Gone;

export type Answer =
  | { answer: number; ok: true; value: unknown }
  | { answer: number; ok: false; error: string; field: string | null };
