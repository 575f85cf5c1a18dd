/**
 * Every event that daemon, proxy and bridge log, by its stable id, and what an operator should do about it. A test checks that
 * the list and the source agree. Where they are: the daemon's in <home>/log/daemon.log (rotated at 8 MiB, three kept), the
 * proxy's in its run's logs or on its stderr, the bridge's in the Jupyter server's log.
 *
 * `do` is empty where nothing is to be done: the event tells what went on.
 */
type LogEventNote = { means: string; do: string };

export const logEvents: Readonly<Record<string, LogEventNote>> = {
  'acknowledgement-ignored': {
    means: 'The daemon acknowledged a batch that was never sent; its rows are kept until it says what it has.',
    do: 'Report it, with the versions of both sides.',
  },
  'bridge-ends': { means: 'The kernel bridge leaves: the Jupyter server ended it or is gone.', do: '' },
  'bridge-failed': {
    means: 'The kernel bridge broke; the Jupyter server starts it again.',
    do: 'Report the stack if it comes back.',
  },
  'bridge-ready': { means: 'The kernel bridge serves pages.', do: '' },
  'call-failed': {
    means: 'The daemon failed at a call for a reason of its own.',
    do: 'Read the sentence; report the stack if there is one.',
  },
  'compaction-failed': {
    means: 'Small parts could not be merged; it is tried again after the next seal.',
    do: 'Make space if the disk is full.',
  },
  'control-lost': { means: 'A worker’s control stream broke; it is opened again.', do: '' },
  'control-not-served': {
    means: 'The daemon serves no ControlStream: pause and rate caps do nothing.',
    do: 'Update the daemon.',
  },
  'daemon-away': { means: 'A publisher cannot reach the daemon and keeps its rows.', do: 'Run "duallane doctor" if it lasts.' },
  'daemon-connected': { means: 'The bridge has reached the daemon.', do: '' },
  'daemon-connecting': { means: 'The bridge is looking for the daemon.', do: 'Run "duallane doctor" if it lasts.' },
  'daemon-crashed': {
    means: 'The daemon met an error it did not know and ended; what was acknowledged is on disk.',
    do: 'Report the stack. The next command starts it again.',
  },
  'daemon-failed': { means: 'The daemon could not start or ended with an error.', do: 'Do what the sentence says.' },
  'daemon-incompatible': {
    means: 'Daemon and bridge are of different versions.',
    do: 'When its runs have ended, stop the daemon; the next one is of the new version.',
  },
  'daemon-lost': { means: 'The bridge lost the daemon and connects again.', do: 'Run "duallane doctor" if it lasts.' },
  'daemon-ready': { means: 'The daemon answers.', do: '' },
  'daemon-serves-rows-only': {
    means: 'The daemon does not know duallane.v1: the bridge reads its rows one by one, and its history only as far as it goes.',
    do: '',
  },
  'daemon-stopped': { means: 'The daemon has left in order.', do: '' },
  'daemon-stopping': { means: 'The daemon was asked to leave and makes everything durable first.', do: '' },
  'durable-listener-failed': { means: 'A reader of durable rows failed inside of the daemon.', do: 'Report it.' },
  'events-unreachable': {
    means: 'Events of a run could not be read for a view; it is tried again.',
    do: '',
  },
  'fast-lane-off': {
    means: 'Frames are not shown; training and telemetry go on.',
    do: 'Do what the sentence says, usually: make /dev/shm larger.',
  },
  'feed-hole': {
    means: 'The daemon left out rows of a stream; the views show a gap.',
    do: 'Run "duallane status RUN" for the numbers; report it.',
  },
  'feed-lost': { means: 'A stream of rows broke; it is opened again where it was.', do: '' },
  'fill-unreachable': { means: 'Rows a view missed could not be read from history; it is tried again.', do: '' },
  'frame-ring-collected': { means: 'The frame ring of a run that has ended was removed.', do: '' },
  'frame-ring-left': { means: 'A frame ring could not be removed.', do: 'Remove the named file in /dev/shm.' },
  'frame-unpacked': {
    means: 'A frame could not be packed in this form; the view gets its frames in another.',
    do: 'Report it: on a slow link the view gets fewer frames.',
  },
  'history-lost': { means: 'Rows that were durable cannot be found any more.', do: 'Keep the home as it is and report it.' },
  'history-over-size': {
    means: 'History is larger than --keep-size although every run that may go has gone.',
    do: 'Delete or un-archive runs, raise --keep-size, or wait for the runs that go on.',
  },
  'history-removed': { means: 'Retention removed rows of an ended run; its ledger says which.', do: '' },
  'history-unreachable': { means: 'History could not be read for a view; it is tried again.', do: '' },
  'intake-pressed': {
    means: 'The intake is 80 % full: the disk is slower than the workers. Nothing is lost; they wait.',
    do: 'Look at duallane_fsync_seconds; use a faster disk or fewer workers.',
  },
  'intake-relieved': { means: 'The intake is half empty again.', do: '' },
  'journal-copies-skipped': { means: 'Records that were written twice after a failed sync were read once.', do: '' },
  'journal-damaged': { means: 'A journal segment is damaged; a copy is kept under journal/damaged/.', do: 'Check the disk.' },
  'journal-record-lost': {
    means: 'A damaged record could not be read; its rows are counted as rejected.',
    do: 'Check the disk; "duallane status RUN" shows the gap.',
  },
  'journal-segment-unreadable': {
    means: 'Nothing of a journal segment could be read; it is kept under journal/damaged/.',
    do: 'Check the disk.',
  },
  'journal-tail-cut': {
    means: 'A record that was being written when the daemon was killed was cut off; it was never acknowledged.',
    do: '',
  },
  'journal-write-failed': {
    means: 'The disk did not take a group of rows; it is tried again until it does, and workers wait.',
    do: 'Make space on the disk of the home.',
  },
  'lane-failed': { means: 'A view’s rows cannot be shown.', do: 'Report the reason; reload the page.' },
  'lane-off-unheard': {
    means: 'Why a fast lane is off could not be read; its view does not say it.',
    do: '',
  },
  'log-lines-lost': {
    means: 'The disk did not take log lines for so long that some were dropped.',
    do: 'Look at the disk of the home.',
  },
  'ledger-change-too-late': { means: 'A count came while the daemon was leaving and is not in the ledger.', do: '' },
  'page-closed': { means: 'A page has gone.', do: '' },
  'page-error': { means: 'A page’s link broke the rules of WebSockets; it was closed.', do: 'Reload the page.' },
  'page-message-failed': { means: 'The bridge failed at a message of a page.', do: 'Report the reason.' },
  'page-opened': { means: 'A page is linked.', do: '' },
  'page-refused': {
    means: 'A page sent what it must not; its link was closed.',
    do: 'Reload the page; a page of another version says so.',
  },
  'part-missing': {
    means: 'A part the catalogue knows is not on disk.',
    do: 'Restore the file from a backup, or run "duallane verify".',
  },
  'parts-rewritten': { means: 'Parts were merged or got another form.', do: '' },
  'publish-refused': { means: 'The daemon refused a batch for good.', do: 'Do what the sentence says; the ledger has a sample.' },
  'publishing-again': { means: 'A publisher has reached the daemon again.', do: '' },
  'request-failed': { means: 'A request of a page failed.', do: 'Run "duallane doctor" if it lasts.' },
  'recording-failed': {
    means: 'A recording of an episode could not be written or counted; it is lost, the rows are not.',
    do: 'Make space if the disk is full.',
  },
  'recording-jpeg-off': {
    means: 'Frames that were to be recorded as JPEG were recorded without a loss: larger, and exact.',
    do: 'Report the sentence.',
  },
  'recording-left': { means: 'The file of a recording that went could not be removed.', do: 'The next start removes it.' },
  'recording-thread-lost': {
    means: 'The thread that records frames broke; another is started and the frames of open episodes are lost.',
    do: 'Report the sentence if it comes back.',
  },
  'recording-unreadable': { means: 'A file among the recordings was not a whole one; it was removed.', do: '' },
  'recordings-evicted': { means: 'Recordings went so that others fit the budget of their run.', do: '' },
  'response-broken': { means: 'A page went while it was being answered.', do: '' },
  'retention-failed': {
    means: 'Rows that are too old or too many could not be removed; it is tried again.',
    do: 'Make space if the disk is full.',
  },
  'run-adopted': { means: 'A process of the daemon before this one goes on under this one.', do: '' },
  'run-archived': { means: 'A run was put out of the usual lists.', do: '' },
  'run-deleted': { means: 'A run and its history were deleted.', do: '' },
  'run-directory-left': { means: 'The directory of a deleted run could not be removed.', do: 'Remove <home>/runs/<run>.' },
  'run-killed': { means: 'A worker did not end in 5 s and was killed.', do: '' },
  'run-launched': { means: 'A submitted run’s worker was started.', do: '' },
  'run-limit-reached': { means: 'A run’s schedule was over; it is stopped.', do: '' },
  'run-list-too-large': {
    means: 'The list of runs is too large for one message; it goes without configurations.',
    do: 'Archive or delete old runs.',
  },
  'run-list-unreachable': { means: 'The list of runs could not be asked for; it is tried again.', do: '' },
  'run-log-off': { means: 'A worker’s output is not kept.', do: 'Make space, or look at the permissions of <home>/runs.' },
  'run-not-saved': { means: 'A change of a run is not on disk yet.', do: 'Make space on the disk of the home.' },
  'run-not-stopped': {
    means: 'A run could not be stopped.',
    do: 'Run "duallane cancel RUN"; end its processes by hand if that fails.',
  },
  'run-process-ended': { means: 'A launched process has ended.', do: '' },
  'run-restored': { means: 'A run is back in the usual lists.', do: '' },
  'run-saved-again': { means: 'The disk takes changes of runs again.', do: '' },
  'seal-failed': {
    means: 'Journal rows could not become parts; they stay readable, and it is tried again.',
    do: 'Make space on the disk of the home.',
  },
  'seal-left-to-next-start': { means: 'The daemon left before all rows were in parts; the next start goes on.', do: '' },
  'sealing-behind': {
    means:
      'Rows become durable faster than they become parts; writers wait until half of the backlog is sealed. Nothing is lost.',
    do: 'Leave the machine more of its cores, or use fewer workers; look at duallane_journal_unsealed_bytes.',
  },
  'sealing-relieved': {
    means: 'Writers go on: half of the backlog is sealed, or sealing fails, which seal-failed tells.',
    do: '',
  },
  'segment-not-removed': {
    means: 'A journal segment whose rows are in parts could not be removed.',
    do: 'Look at the permissions of <home>/journal.',
  },
  'segment-sealed': { means: 'A journal segment became parts.', do: '' },
  'signal-not-passed': { means: 'A worker’s end by a signal could not be passed on.', do: '' },
  'tallies-not-told': { means: 'The bridge could not tell the daemon its counts; the next time makes it good.', do: '' },
  'telemetry-lost': {
    means: 'Rows of a worker could not be delivered and are lost.',
    do: 'Read the sentence; the ledger counts them.',
  },
  'worker-ended': { means: 'A worker has ended.', do: '' },
};
